import type { BatchPlace, BatchTransform } from '../data/batch-transform.js';
import { uniform, uniforms } from '../data/random.js';
import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';
import { type CropBox, randomResizedCrop } from './random-resized-crop.js';

/** Mean and standard deviation of red, green and blue that a model was trained with, for values from 0 to 1. */
export interface PixelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface AugmentOptions {
  readonly seed: number;
  /** Smallest share of the area that a crop keeps. @default 0.75 */
  readonly minScale?: number;
  /** Share of images that are mirrored. @default 0.5 */
  readonly flipShare?: number;
}

/** Resizes whole images to `imageSize` and normalises them: what validation sees. */
export function resizeAndNormalise(imageSize: number, statistics: PixelStatistics): BatchTransform {
  return (pixels) => {
    const whole = new Array<number[]>(pixels.shape[0]).fill([0, 0, 1, 1]);
    return normalise(sample(pixels, whole, imageSize), statistics);
  };
}

/**
 * Crops, resizes, mirrors and normalises: what training sees. Each image gets a rectangle and a
 * coin of its own, and all of it is one interpolation. Rotation, warp and zoom belong here too: into
 * the same sampling. Lighting goes between sampling and normalisation.
 */
export function cropFlipAndNormalise(
  imageSize: number,
  statistics: PixelStatistics,
  { seed, minScale = 0.75, flipShare = 0.5 }: AugmentOptions,
): BatchTransform {
  return (pixels, { epoch, items }: BatchPlace) => {
    const [, height, width] = pixels.shape;
    const boxes = items.map((item) => {
      const random = uniforms({ seed, purpose: 'batch-crop', epoch, item });
      const isFlipped = uniform({ seed, purpose: 'flip', epoch, item }) < flipShare;
      return toCorners(randomResizedCrop({ width, height, minScale }, random), {
        width,
        height,
        isFlipped,
      });
    });
    return normalise(sample(pixels, boxes, imageSize), statistics);
  };
}

/** Centres of the corner pixels, as shares of the image: top, left, bottom, right. Left and right trade places in a mirror. */
function toCorners(
  box: CropBox,
  { width, height, isFlipped }: { width: number; height: number; isFlipped: boolean },
): number[] {
  const left = box.left / (width - 1);
  const right = (box.left + box.width - 1) / (width - 1);
  const top = box.top / (height - 1);
  const bottom = (box.top + box.height - 1) / (height - 1);
  return isFlipped ? [top, right, bottom, left] : [top, left, bottom, right];
}

/** Bilinear sampling of one box an image. [batch, height, width, 3] → [batch, size, size, 3] */
function sample(pixels: Tensor4D, boxes: number[][], size: number): Tensor4D {
  const images = tf.range(0, boxes.length, 1, 'int32');
  return tf.image.cropAndResize(pixels, tf.tensor2d(boxes), images, [size, size], 'bilinear');
}

/** (x / 255 - mean) / std, by channel, as one multiplication and one addition. */
function normalise(pixels: Tensor4D, { mean, std }: PixelStatistics): Tensor4D {
  const factors = tf.tensor1d(std.map((value) => 1 / (255 * value)));
  const shifts = tf.tensor1d(mean.map((value, channel) => -value / std[channel]!));
  return tf.add(tf.mul(pixels, factors), shifts);
}
