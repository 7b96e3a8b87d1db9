import { uniforms } from '../../data/random.js';
import { tf } from '../../engine/tf.js';
import type { Tensor, Tensor4D } from '../../engine/tf.js';
import type { ExtraTransform, SeededPlace } from './extra-transform.js';
import { byImage } from './lighting.js';
import { assertWithin } from './option-ranges.js';

export interface HueOptions {
  /** Largest turn, as a share of the colour circle. @default 0.1 */
  readonly max?: number;
  /** Share of images that are touched. @default 0.75 */
  readonly share?: number;
}

/**
 * Turns colours on their circle. fastai's `Hue` adds what it draws for a factor, 0.9 to 1.11 turns;
 * as whole turns change nothing, that is this with `max` 0.1, but for the drawing: here even.
 */
export function hue({ max = 0.1, share = 0.75 }: HueOptions = {}): ExtraTransform {
  assertWithin('max', max);
  assertWithin('share', share);
  const turnOf = ({ seed, epoch }: SeededPlace, item: number) => {
    const random = uniforms({ seed, epoch, item, purpose: 'hue' });
    return random() < share ? max * (2 * random() - 1) : 0;
  };
  return {
    space: 'unit',
    apply: (x, place) =>
      turnHue(
        x,
        place.items.map((item) => turnOf(place, item)),
      ),
  };
}

/** Turns each image's colours by a share of the circle; value and saturation stay. */
export function turnHue(x: Tensor4D, turns: readonly number[]): Tensor4D {
  return tf.tidy(() => {
    const value = tf.max(x, -1, true);
    const chroma = tf.sub(value, tf.min(x, -1, true));
    const turned = tf.add(sextantOf(x, value, chroma), byImage(turns.map((turn) => 6 * turn)));
    // Each channel is full for two sixths of the circle, empty for two, and a ramp between.
    const k = tf.mod(tf.add(turned, tf.tensor1d([5, 3, 1])), 6);
    const ramp = tf.clipByValue(tf.minimum(k, tf.sub(4, k)), 0, 1);
    return tf.sub(value, tf.mul(chroma, ramp));
  });
}

/** Place on the colour circle: 0 is red, 2 green, 4 blue. Grey has none, and gets 0. */
function sextantOf(x: Tensor4D, value: Tensor, chroma: Tensor): Tensor {
  const [red, green, blue] = tf.split(x, 3, -1) as [Tensor, Tensor, Tensor];
  const divisor = tf.where(tf.equal(chroma, 0), tf.onesLike(chroma), chroma);
  const from = (base: number, left: Tensor, right: Tensor) =>
    tf.add(tf.div(tf.sub(left, right), divisor), base);
  const greenOrBlue = tf.where(tf.equal(value, green), from(2, blue, red), from(4, red, green));
  return tf.where(tf.equal(value, red), from(0, green, blue), greenOrBlue);
}
