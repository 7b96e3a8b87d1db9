import { tf } from './tf.js';

/** How many tensors are alive, variables included. */
export function countTensors(): number {
  return tf.memory().numTensors;
}

/** Runs `work` and throws if it leaves more or fewer tensors alive than there were. */
export async function assertNoTensorLeak<T>(work: () => T | Promise<T>): Promise<T> {
  const before = countTensors();
  const result = await work();
  const after = countTensors();
  if (after !== before) {
    throw new Error(`Expected ${before} tensors to be alive afterwards, received ${after}`);
  }
  return result;
}
