import { relu, relu6 } from './relu.js';
import type { Tensor } from './tf.js';

/** What comes behind batch norm: nothing, max(x, 0) or min(max(x, 0), 6). */
export type Activation = 'none' | 'relu' | 'relu6';

/** The largest number that an activation lets through. */
export const CEILINGS: Readonly<Record<Activation, number>> = {
  none: Infinity,
  relu: Infinity,
  relu6: 6,
};

/** The activation by itself, in a pass of its own. */
export function activate<T extends Tensor>(x: T, activation: Activation): T {
  if (activation === 'none') return x;
  return activation === 'relu' ? relu(x) : relu6(x);
}
