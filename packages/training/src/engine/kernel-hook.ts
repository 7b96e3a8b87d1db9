import { nativeBackend, type NativeAttribute } from './native-kernel.js';
import type { Tensor } from './tf.js';

/** A TensorFlow operation that is about to run. */
export interface KernelRun {
  readonly kernel: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly Tensor[];
  readonly run: () => Tensor[];
}

/**
 * Lets `around` see every TensorFlow operation of the native engine until the function that is returned is
 * called; it runs the operation, and gives what that gave.
 *
 * @throws Error without the native engine: call `useNativeEngine()` first.
 */
export function hookKernels(around: (call: KernelRun) => Tensor[]): () => void {
  const backend = nativeBackend();
  if (backend === null) throw new Error('Watching operations needs the native engine');
  const { executeSingleOutput, executeMultipleOutputs } = backend;
  backend.executeSingleOutput = (...args) => {
    const [kernel, attributes, inputs] = args;
    const run = () => [executeSingleOutput.apply(backend, args)];
    return around({ kernel, attributes, inputs, run })[0]!;
  };
  backend.executeMultipleOutputs = (...args) => {
    const [kernel, attributes, inputs] = args;
    const run = () => executeMultipleOutputs.apply(backend, args);
    return around({ kernel, attributes, inputs, run });
  };
  return () => {
    Object.assign(backend, { executeSingleOutput, executeMultipleOutputs });
  };
}
