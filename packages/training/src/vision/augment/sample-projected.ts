import { projectiveTransform } from '../../engine/projective-transform.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import { type Projection, toPixelProjection } from './projection.js';

/** Up to this ratio of sides, four neighbours of each place see enough of the image. */
export const MAX_SHRINKING = 2;

/**
 * Samples square images through one map each, with one bilinear interpolation. Inside the image this
 * is torch's `grid_sample` with `align_corners`. Beyond the edge, both go on mirrored, but torch
 * mirrors about the centres of the last pixels and this repeats them: what lies there is shifted by
 * one pixel.
 *
 * Images of over twice the output's size are averaged down to twice of it first. fastai lets the
 * zoom of the batch have a say in that; here it is left out, so that no image depends on its batch.
 * [batch, side, side, 3] → [batch, size, size, 3], float32
 */
export function sampleProjected(
  images: Tensor4D,
  projections: readonly Projection[],
  size: number,
): Tensor4D {
  return tf.tidy(() => {
    const source = shrinkTo(images, MAX_SHRINKING * size);
    const rows = projections.map((projection) => {
      const pixels = toPixelProjection(projection, { from: size, to: source.shape[1] });
      return pixels.slice(0, 8).map((value) => value / pixels[8]);
    });
    return projectiveTransform(source, tf.tensor2d(rows), size);
  });
}

/** Averages areas of larger square images, so that they have `side` pixels along each side. */
export function shrinkTo(images: Tensor4D, side: number): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  if (height <= side) return images;
  return tf.tidy(() => {
    const weights = tf.tensor2d(areaWeights(height, side));
    const byRow = tf.reshape(tf.cast(images, 'float32'), [batch, height, width * channels]);
    const lower = tf.matMul(tf.expandDims(weights, 0), byRow);
    const byColumn = tf.reshape(lower, [batch * side, width, channels]);
    const smaller = tf.matMul(tf.expandDims(weights, 0), byColumn);
    return tf.reshape(smaller, [batch, side, side, channels]);
  });
}

/** What each of `to` pixels takes of each of `from`: the mean of all that it touches, as torch's `area` mode. */
export function areaWeights(from: number, to: number): number[][] {
  return Array.from({ length: to }, (_, target) => {
    const start = Math.floor((target * from) / to);
    const end = Math.ceil(((target + 1) * from) / to);
    return Array.from({ length: from }, (__, source) =>
      source >= start && source < end ? 1 / (end - start) : 0,
    );
  });
}
