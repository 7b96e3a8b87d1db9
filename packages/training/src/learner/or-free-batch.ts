import type { Batch } from '../data/batch.js';
import { tf } from '../engine/tf.js';

/** Gives what `work` gives; if it throws, nobody will take the batch any more, and it is freed. */
export function orFreeBatch<Result>({ inputs, targets }: Batch, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    tf.dispose([inputs, targets]);
    throw error;
  }
}
