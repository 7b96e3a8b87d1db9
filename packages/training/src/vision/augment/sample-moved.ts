import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import { sampleBoxes } from '../sample-boxes.js';
import { type GeometryDraw, toBox, toMovement, toProjection } from './geometry.js';
import { MAX_SHRINKING, sampleProjected, shrinkTo } from './sample-projected.js';

export interface SampleMovedOptions {
  /** Width and height of what comes out. */
  readonly size: number;
  /** Whether the crop is interpolated by itself, behind everything else. */
  readonly cropsApart: boolean;
}

/** Moves the pixels of square images, each as its draw says. [batch, side, side, 3] → [batch, size, size, 3], float32 */
export function sampleMoved(
  images: Tensor4D,
  draws: readonly GeometryDraw[],
  { size, cropsApart }: SampleMovedOptions,
): Tensor4D {
  const side = images.shape[1];
  if (!cropsApart) {
    const projections = draws.map((draw) => toProjection(draw, side));
    return sampleProjected(images, projections, size);
  }
  const boxes = draws.map((draw) => toBox(draw, side));
  return tf.tidy(() => {
    const moved = sampleProjected(images, draws.map(toMovement), side);
    return sampleBoxes(shrinkTo(moved, MAX_SHRINKING * size), boxes, size);
  });
}
