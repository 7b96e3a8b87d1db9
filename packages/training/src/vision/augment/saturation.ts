import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import type { ExtraTransform } from './extra-transform.js';
import { byImage, drawFactor } from './lighting.js';
import { assertBelowOne, assertWithin } from './option-ranges.js';

export interface SaturationOptions {
  /** Largest change, below 1: factors lie between 1 - max and 1 / (1 - max). @default 0.2 */
  readonly max?: number;
  /** Share of images that are touched. @default 0.75 */
  readonly share?: number;
}

/** Shares of red, green and blue in a grey (ITU-R BT.601). */
const LUMA = [0.2989, 0.587, 0.114];

/** Makes colours paler or stronger, as fastai's `Saturation`: in logits, together with the light. */
export function saturation({ max = 0.2, share = 0.75 }: SaturationOptions = {}): ExtraTransform {
  assertBelowOne('max', max);
  assertWithin('share', share);
  return {
    space: 'logits',
    apply: (x, { seed, epoch, items }) =>
      saturate(
        x,
        items.map((item) => drawFactor({ seed, epoch, item, purpose: 'saturation' }, max, share)),
      ),
  };
}

/** Moves each image's values away from their grey (factors above 1) or towards it. */
export function saturate(x: Tensor4D, factors: readonly number[]): Tensor4D {
  return tf.tidy(() => {
    const grey = tf.sum(tf.mul(x, tf.tensor1d(LUMA)), -1, true);
    return tf.add(
      tf.mul(x, byImage(factors)),
      tf.mul(grey, byImage(factors.map((factor) => 1 - factor))),
    );
  });
}
