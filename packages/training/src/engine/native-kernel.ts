import { tf } from './tf.js';
import type { Tensor } from './tf.js';

/** The part of tfjs-node's backend that runs any TensorFlow operation by its name, and graphs of them. */
export interface NativeBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: NativeBinding;
  executeSingleOutput: (
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly Tensor[],
  ) => Tensor;
  executeMultipleOutputs: (
    ...call: [
      name: string,
      attributes: readonly NativeAttribute[],
      inputs: readonly Tensor[],
      outputs: number,
    ]
  ) => Tensor[];
  /** The addon's numbers for tensors. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(output: NativeOutput): Tensor;
}

/** What the addon says of a tensor that it made. */
interface NativeOutput {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(
    model: number,
    tensors: readonly number[],
    inputs: string,
    outputs: string,
  ): NativeOutput[];
  deleteSavedModel(model: number): void;
}

export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** Attributes of an operation: tensor types, flags, numbers, integers, words and shapes, by their TensorFlow names. */
export interface KernelAttributes {
  readonly types?: Readonly<Record<string, 'float32' | 'int32'>>;
  readonly flags?: Readonly<Record<string, boolean>>;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly integers?: Readonly<Record<string, number>>;
  readonly words?: Readonly<Record<string, string>>;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** One call of a TensorFlow operation that TensorFlow.js has no function for. */
export interface KernelCall extends KernelAttributes {
  readonly kernel: string;
  readonly inputs: readonly Tensor[];
  /** How many tensors the operation gives, used or not. */
  readonly outputs: number;
}

/** The native backend where it is the one in use, else null. */
export function nativeBackend(): NativeBackend | null {
  if (tf.getBackend() !== 'tensorflow') return null;
  // tfjs-core types a backend by what every backend has; this one is tfjs-node's.
  return tf.backend() as unknown as NativeBackend;
}

/** Whether fused kernels can run. Their plain forms are for every other backend. */
export function hasNativeKernels(): boolean {
  return nativeBackend() !== null;
}

/** Runs a TensorFlow operation. It is not differentiable: wrap it in `tf.customGrad`. */
export function runKernel({ kernel, inputs, outputs, ...attributes }: KernelCall): Tensor[] {
  const backend = nativeBackend();
  if (backend === null) throw new Error(`${kernel} needs the native engine`);
  return backend.executeMultipleOutputs(
    kernel,
    toNativeAttributes(attributes, backend.binding),
    inputs,
    outputs,
  );
}

function toNativeAttributes(
  {
    types = {},
    flags = {},
    numbers = {},
    integers = {},
    words = {},
    shapes = {},
  }: KernelAttributes,
  binding: NativeBackend['binding'],
): NativeAttribute[] {
  const typeCodes = { float32: binding.TF_FLOAT, int32: binding.TF_INT32 };
  const list = <T>(values: Readonly<Record<string, T>>, toAttribute: (value: T) => Typed) =>
    Object.entries(values).map(([name, value]) => ({ name, ...toAttribute(value) }));
  return [
    ...list(types, (type) => ({ type: binding.TF_ATTR_TYPE, value: typeCodes[type] })),
    ...list(flags, (value) => ({ type: binding.TF_ATTR_BOOL, value })),
    ...list(numbers, (value) => ({ type: binding.TF_ATTR_FLOAT, value })),
    ...list(integers, (value) => ({ type: binding.TF_ATTR_INT, value })),
    ...list(words, (value) => ({ type: binding.TF_ATTR_STRING, value })),
    ...list(shapes, (value) => ({ type: binding.TF_ATTR_SHAPE, value })),
  ];
}

type Typed = Omit<NativeAttribute, 'name'>;
