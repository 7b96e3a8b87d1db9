import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';
import type { ParameterUpdate } from './optimizer.js';

/** A parameter's value after decoupled weight decay (Loshchilov and Hutter, 2019), which only weights have; a tensor of its own. */
export function decayed(
  { parameter: { variable, role }, learningRate }: ParameterUpdate,
  weightDecay: number,
): Tensor {
  return role === 'weight' && weightDecay !== 0
    ? tf.mul(variable, 1 - learningRate * weightDecay)
    : tf.clone(variable);
}
