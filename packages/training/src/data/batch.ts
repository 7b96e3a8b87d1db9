import type { Tensor1D, Tensor4D } from '../engine/tf.js';

/** Collated samples, as tensors. Whoever takes a batch from a loader disposes of it. */
export interface Batch {
  /** Normalised pixels, or what frozen layer groups made of them, see `entersAt`. [batch, height, width, channels], float32 */
  readonly inputs: Tensor4D;
  /** Class indexes. [batch], int32 */
  readonly targets: Tensor1D;
  /** Positions of the items in the dataset, in batch order. */
  readonly items: readonly number[];
  /**
   * Layer group whose input `inputs` are. A group of the body takes what the one before it puts out, the
   * head's takes pooled features: [batch, 1, 1, 2 * features]. @default 0, pixels
   */
  readonly entersAt?: number;
}

/** Yields the batches of one split. Anything with these members can feed a learner. */
export interface BatchSource {
  /** Batches of one epoch. */
  readonly length: number;
  /** Items of one epoch. */
  readonly itemCount: number;
  /** Epochs after which every item looks the same again, where there are only so many looks. */
  readonly period?: number;
  /**
   * The batches of epoch `epoch`, from batch `first` on: the same for the same numbers, whatever was
   * read before. @default first 0
   */
  batches(epoch: number, first?: number): AsyncIterable<Batch>;
  /** A source of this item alone, which looks in every epoch as it does here. Feeding a learner takes none. */
  only?(item: number): BatchSource;
}

/** Layer groups that no longer change, as loaders need them: what comes out of them are features. */
export interface FrozenFeatures {
  /** Changes with anything of the frozen groups that decides the features, and with how many they are. */
  readonly fingerprint: string;
  /** Layer group that the features enter: the first that learns. */
  readonly entersAt: number;
  /** Computes the features of images. The caller disposes of them. [batch, height, width, 3] → [batch, h, w, channels] */
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
   * The same splits as the first layer group that learns sees them: features, each computed once and
   * kept. Left out where there is no place to keep them.
   */
  readonly frozen?: (groups: FrozenFeatures) => Loaders;
  /** How valid images are made into inputs; without it, a learner cannot be saved. */
  readonly preprocessing?: Preprocessing;
  /** Class names in the order of the class indexes. */
  readonly vocab: readonly string[];
}
