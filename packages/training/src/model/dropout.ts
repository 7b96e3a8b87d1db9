import { fillUniforms } from '../data/random.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D } from '../engine/tf.js';
import type { Layer } from './module.js';

/**
 * In training, zeroes a share `rate` of the numbers and scales the rest up, so that their mean stays
 * (Srivastava et al., 2014). What it drops depends on seed, step and `name` alone.
 */
export function dropout(name: string, rate: number): Layer<Tensor2D> {
  return {
    forward(x, { training, seed, step }) {
      if (!training) return tf.clone(x);
      const mask = new Float32Array(x.size);
      fillUniforms(mask, { seed, purpose: `dropout ${name}`, item: step });
      const kept = 1 / (1 - rate);
      for (const [index, draw] of mask.entries()) mask[index] = draw < rate ? 0 : kept;
      return tf.tidy(() => tf.mul(x, tf.tensor2d(mask, x.shape)));
    },
  };
}
