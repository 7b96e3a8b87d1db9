import { hookKernels } from './kernel-hook.js';

/** What one kind of TensorFlow operation took. */
export interface KernelTime {
  /** TensorFlow's name of the operation, such as `Conv2DBackpropFilter`; `Graph` for evaluation that runs as one. */
  readonly kernel: string;
  readonly calls: number;
  /** All calls together. */
  readonly milliseconds: number;
}

/**
 * Where the time of some work goes: what each kind of TensorFlow operation took, the longest first.
 * What is missing from the work's own time went by outside of operations: in JavaScript, in reading
 * images, in waiting. On a GPU, operations return before they are done, so that times say little.
 *
 * @throws Error without the native engine: call `useNativeEngine()` first.
 */
export async function kernelTimes(work: () => Promise<void>): Promise<KernelTime[]> {
  const taken = new Map<string, { calls: number; milliseconds: number }>();
  const unhook = hookKernels(({ kernel, run }) => {
    const started = performance.now();
    const outputs = run();
    const { calls, milliseconds } = taken.get(kernel) ?? { calls: 0, milliseconds: 0 };
    const more = performance.now() - started;
    taken.set(kernel, { calls: calls + 1, milliseconds: milliseconds + more });
    return outputs;
  });
  try {
    await work();
  } finally {
    unhook();
  }
  return [...taken]
    .map(([kernel, time]) => ({ kernel, ...time }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
