import type { Tensor4D } from '../engine/tf.js';

/** Which batch a transform works on: all its draws follow from these. */
export interface BatchPlace {
  readonly epoch: number;
  /** Positions of the items in the dataset, in batch order. */
  readonly items: readonly number[];
}

/**
 * Turns pixels from 0 to 255 into a model's inputs, on the engine: crops, flips, normalisation. The
 * loader disposes of `pixels` and of everything made on the way.
 * [batch, side, side, 3], int32 → [batch, height, width, 3], float32
 */
export type BatchTransform = (pixels: Tensor4D, place: BatchPlace) => Tensor4D;
