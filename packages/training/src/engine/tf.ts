// The one door to TensorFlow.js: everything else takes `tf` and its types from here.
export * as tf from '@tensorflow/tfjs-core';
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
