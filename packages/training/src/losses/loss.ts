import type { Scalar, Tensor1D, Tensor2D } from '../engine/tf.js';

/**
 * Says how wrong logits are, as one differentiable number: what a fit makes small.
 * [batch, classes], [batch] → scalar
 */
export type Loss = (logits: Tensor2D, targets: Tensor1D) => Scalar;
