import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';

/** Centres of corner pixels, as shares of a square's width or height: 0 is its first pixel's, 1 its last's. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const WHOLE: Box = { top: 0, left: 0, bottom: 1, right: 1 };

/** The kernel rounds: a place beyond the last pixel by a millionth of one would be black. */
const LAST = 1 - 1e-6;

/**
 * Stretches a box of each square image over the whole output, with one bilinear interpolation.
 * [batch, side, side, 3] → [batch, size, size, 3], float32
 */
export function sampleBoxes(images: Tensor4D, boxes: readonly Box[], size: number): Tensor4D {
  return tf.tidy(() => {
    const corners = boxes.map(({ top, left, bottom, right }) => [
      top,
      left,
      Math.min(bottom, LAST),
      Math.min(right, LAST),
    ]);
    const each = tf.range(0, boxes.length, 1, 'int32');
    return tf.image.cropAndResize(images, tf.tensor2d(corners), each, [size, size], 'bilinear');
  });
}
