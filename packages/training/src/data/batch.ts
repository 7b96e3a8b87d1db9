import type { Tensor1D, Tensor4D } from '../engine/tf.js';

/** Collated samples, as tensors. Whoever takes a batch from a loader disposes of it. */
export interface Batch {
  /** Normalised pixels. [batch, height, width, channels], float32 */
  readonly inputs: Tensor4D;
  /** Class indexes. [batch], int32 */
  readonly targets: Tensor1D;
  /** Positions of the items in the dataset, in batch order. */
  readonly items: readonly number[];
}

/** Yields the batches of one split. Anything with these members can feed a learner. */
export interface BatchSource {
  /** Batches of one epoch. */
  readonly length: number;
  /** Items of one epoch. */
  readonly itemCount: number;
  /** The batches of epoch `epoch`: the same for the same number, whatever was read before. */
  batches(epoch: number): AsyncIterable<Batch>;
}

/** Both sides of a split, ready for a learner. */
export interface Loaders {
  readonly train: BatchSource;
  readonly valid: BatchSource;
  /** Class names in the order of the class indexes. */
  readonly vocab: readonly string[];
}
