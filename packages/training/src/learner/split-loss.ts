import type { Batch } from '../data/batch.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D } from '../engine/tf.js';
import type { Loss } from '../losses/loss.js';

/** The loss of a whole split, gathered batch by batch: how large the batches are says nothing. */
export class SplitLoss {
  readonly #loss: Loss;
  #losses = 0;
  #weights = 0;

  constructor(loss: Loss) {
    this.#loss = loss;
  }

  /** The mean over the items so far, by what they count for. */
  get value(): number {
    return this.#losses / this.#weights;
  }

  /** Counts a batch in. Both arguments stay the caller's. */
  async add(logits: Tensor2D, { targets }: Batch): Promise<void> {
    const tensors = tf.tidy(() => [
      this.#loss.byItem(logits, targets),
      this.#loss.weights?.(targets) ?? tf.ones(targets.shape),
    ]);
    try {
      const [losses, weights] = await Promise.all(
        tensors.map((tensor) => tensor.data<'float32'>()),
      );
      this.#losses += sumOf(losses!);
      this.#weights += sumOf(weights!);
    } finally {
      tf.dispose(tensors);
    }
  }
}

/** In double precision. */
function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
