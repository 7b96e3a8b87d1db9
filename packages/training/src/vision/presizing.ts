import type { DataBlockOptions } from '../data/block/block-parts.js';
import type { Preprocessing } from '../data/batch.js';
import { augmentAndNormalise } from './augment/augment-and-normalise.js';
import { augTransforms, type AugmentOptions } from './augment/aug-transforms.js';
import { type PixelStatistics, resizeAndNormalise } from './batch-transforms.js';
import { resizeSquare } from './item-transforms.js';
import { presizeFor } from './files/presized.js';

export interface PresizingOptions {
  /** Width and height of the model's inputs. */
  readonly imageSize: number;
  /** What the model's inputs are normalised with: an architecture has it. */
  readonly statistics: PixelStatistics;
  /**
   * What happens to train images, beside fastai's defaults and the chapter's `minScale` of 0.75.
   * With `false`, they look as valid ones do. @default {}
   */
  readonly augment?: false | AugmentOptions;
}

/** Smallest share of the presized square that a train image shows, as in chapter 5. */
export const MIN_SCALE = 0.75;

/** The parts of a data block that go together. */
export interface Presizing extends Pick<DataBlockOptions, 'itemTransforms' | 'batchTransform'> {
  readonly preprocessing: Preprocessing;
}

/**
 * Presizing, as chapter 5 of the fast.ai book explains it: each item is cropped to a square a little
 * too large, and a batch is then rotated, zoomed, warped and mirrored in one interpolation, so that no
 * step spoils the pixels for the next. The random crop to the model's size is a second one, as it is
 * in fastai; with `augment: { cropsApart: false }`, it is part of the first.
 */
export function presizing({ imageSize, statistics, augment = {} }: PresizingOptions): Presizing {
  const side = presizeFor(imageSize);
  const { mean, std } = statistics;
  const valid = resizeAndNormalise(imageSize, statistics);
  const train =
    augment === false
      ? valid
      : augmentAndNormalise(
          imageSize,
          statistics,
          augTransforms({ minScale: MIN_SCALE, ...augment }),
        );
  return {
    itemTransforms: [resizeSquare(side)],
    batchTransform: { train, valid },
    preprocessing: { side, imageSize, mean, std },
  };
}
