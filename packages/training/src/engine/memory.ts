import { tf } from './tf.js';

/** How many tensors are alive, variables included. */
export function countTensors(): number {
  return tf.memory().numTensors;
}

/** Runs `work` and throws if it leaves more or fewer tensors, or bytes of them, alive than there were. */
export async function assertNoTensorLeak<T>(work: () => T | Promise<T>): Promise<T> {
  const before = tf.memory();
  const result = await work();
  const after = tf.memory();
  if (after.numTensors !== before.numTensors || after.numBytes !== before.numBytes) {
    throw new Error(
      `Expected ${before.numTensors} tensors of ${before.numBytes} bytes to be alive afterwards, ` +
        `received ${after.numTensors} of ${after.numBytes} bytes`,
    );
  }
  return result;
}
