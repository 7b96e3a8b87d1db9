import { fillUniforms } from '../data/random.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { Layer } from './module.js';

/**
 * In training, zeroes a share `rate` of the numbers and scales the rest up, so that their mean stays
 * (Srivastava et al., 2014). What it drops depends on seed, step and `name` alone.
 */
export function dropout(name: string, rate: number): Layer<Tensor2D> {
  if (!(rate >= 0 && rate < 1))
    throw new InvalidOptionError('dropout', rate, 'a number from 0 to below 1');
  return {
    forward(x, { training, seed, step }) {
      if (!training || rate === 0) return tf.clone(x);
      const mask = new Float32Array(x.size);
      fillUniforms(mask, { seed, purpose: `dropout ${name}`, item: step });
      const kept = 1 / (1 - rate);
      for (const [index, draw] of mask.entries()) mask[index] = draw < rate ? 0 : kept;
      return tf.tidy(() => tf.mul(x, tf.tensor2d(mask, x.shape)));
    },
  };
}
