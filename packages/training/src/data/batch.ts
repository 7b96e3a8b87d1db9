import type { Tensor1D, Tensor4D } from '../engine/tf.js';

/** Collated samples, as tensors. Whoever takes a batch from a loader disposes of it. */
export interface Batch {
  /** Normalised pixels. [batch, height, width, channels], float32; or pooled features, see `isPooled` */
  readonly inputs: Tensor4D;
  /** Class indexes. [batch], int32 */
  readonly targets: Tensor1D;
  /** Positions of the items in the dataset, in batch order. */
  readonly items: readonly number[];
  /** Whether the body has been run, so that `inputs` are what the head sees: [batch, 1, 1, 2 * features]. @default false */
  readonly isPooled?: boolean;
}

/** Yields the batches of one split. Anything with these members can feed a learner. */
export interface BatchSource {
  /** Batches of one epoch. */
  readonly length: number;
  /** Items of one epoch. */
  readonly itemCount: number;
  /** Epochs after which every item looks the same again, where there are only so many looks. */
  readonly period?: number;
  /** The batches of epoch `epoch`: the same for the same number, whatever was read before. */
  batches(epoch: number): AsyncIterable<Batch>;
  /** A source of this item alone, which looks in every epoch as it does here. Feeding a learner takes none. */
  only?(item: number): BatchSource;
}

/** A body that no longer changes, as loaders need it. */
export interface FrozenFeatures {
  /** Changes with anything of the body that decides the features. */
  readonly fingerprint: string;
  /** Features of an image. */
  readonly length: number;
  /** Computes the features of images. The caller disposes of them. [batch, height, width, 3] → [batch, 1, 1, length] */
  compute(inputs: Tensor4D): Tensor4D;
}

/** How an image becomes a model's input where nothing is random. Plain data, so that it can be kept with a model. */
export interface Preprocessing {
  /** Pixels along the short side of the presized copy, and along each side of the square that is taken from its middle. */
  readonly side: number;
  /** Width and height of the model's inputs, which the square is resized to. */
  readonly imageSize: number;
  /** By colour, on pixels from 0 to 1: inputs are (pixel - mean) / std. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Both sides of a split, ready for a learner. */
export interface Loaders {
  readonly train: BatchSource;
  readonly valid: BatchSource;
  /** The train items as valid ones are seen, in item order and each once: for judging, not for training. */
  readonly trainInOrder?: BatchSource;
  /** The valid items in their order, augmented as train ones are, otherwise in every epoch: for test-time augmentation. */
  readonly augmentedValid?: BatchSource;
  /**
   * The same splits as the head of a frozen body sees them: features, each computed once and kept.
   * Left out where there is no place to keep them.
   */
  readonly frozen?: (body: FrozenFeatures) => Loaders;
  /** How valid images are made into inputs; without it, a learner cannot be saved. */
  readonly preprocessing?: Preprocessing;
  /** Class names in the order of the class indexes. */
  readonly vocab: readonly string[];
}
