import { nativeBackend, type NativeAttribute } from './native-kernel.js';
import type { Tensor } from './tf.js';

/** A TensorFlow operation, or a graph of them, that is about to run. */
export interface KernelRun {
  /** TensorFlow's name of the operation; `Graph` for a graph. */
  readonly kernel: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly Tensor[];
  readonly run: () => Tensor[];
}

type Around = (call: KernelRun) => Tensor[];

let watching: Around | null = null;

/** Runs what does not go through TensorFlow.js's backend so that `hookKernels` sees it as well. */
export function runWatched(call: KernelRun): Tensor[] {
  return watching === null ? call.run() : watching(call);
}

/**
 * Lets `around` see every TensorFlow operation of the native engine until the function that is returned is
 * called; it runs the operation, and gives what that gave.
 *
 * @throws Error without the native engine: call `useNativeEngine()` first.
 */
export function hookKernels(around: Around): () => void {
  const backend = nativeBackend();
  if (backend === null) throw new Error('Watching operations needs the native engine');
  const { executeSingleOutput, executeMultipleOutputs } = backend;
  watching = around;
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
    watching = null;
    Object.assign(backend, { executeSingleOutput, executeMultipleOutputs });
  };
}
