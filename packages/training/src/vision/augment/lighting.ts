import { uniforms } from '../../data/random.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import type { ImagePlace } from './geometry.js';

/** Ranges of the draws that change light. */
export interface LightingRanges {
  /** From 0 to below 1. */
  readonly maxLighting: number;
  /** Share of images that each of brightness and contrast touches. */
  readonly lightingShare: number;
}

/** What is done to the light of one image. */
export interface LightingDraw {
  /** What middle grey becomes: 0.5 changes nothing, more is lighter. */
  readonly brightness: number;
  /** Factor of the logits: 1 changes nothing. */
  readonly contrast: number;
}

/** Keeps logits finite; float32 holds no number nearer to 1. */
const CLOSEST = 1e-7;

/** Draws brightness and contrast of one image. */
export function drawLighting(
  { maxLighting, lightingShare }: LightingRanges,
  place: ImagePlace,
): LightingDraw {
  const brightness = uniforms({ ...place, purpose: 'brightness' });
  return {
    brightness:
      brightness() < lightingShare ? 0.5 * (1 + maxLighting * (2 * brightness() - 1)) : 0.5,
    contrast: drawFactor({ ...place, purpose: 'contrast' }, maxLighting, lightingShare),
  };
}

/** A factor from 1 - limit to 1 / (1 - limit), even on a logarithmic scale; 1 for images left alone. */
export function drawFactor(
  at: ImagePlace & { readonly purpose: string },
  limit: number,
  share: number,
): number {
  const random = uniforms(at);
  return random() < share ? (1 - limit) ** (1 - 2 * random()) : 1;
}

/** Values from 0 to 1 as logits, where brightness is a sum and contrast a product. */
export function toLogits(x: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const inside = tf.clipByValue(x, CLOSEST, 1 - CLOSEST);
    return tf.neg(tf.log(tf.sub(tf.div(1, inside), 1)));
  });
}

/** Brightness, then contrast, of each image's logits. */
export function lightLogits(logits: Tensor4D, draws: readonly LightingDraw[]): Tensor4D {
  return tf.tidy(() => {
    const contrast = draws.map((draw) => draw.contrast);
    const shift = draws.map((draw) => draw.contrast * logit(draw.brightness));
    return tf.add(tf.mul(logits, byImage(contrast)), byImage(shift));
  });
}

/** One number for each image of a batch. [batch, 1, 1, 1] */
export function byImage(values: readonly number[]): Tensor4D {
  return tf.tensor4d([...values], [values.length, 1, 1, 1]);
}

const logit = (x: number) => Math.log(x / (1 - x));
