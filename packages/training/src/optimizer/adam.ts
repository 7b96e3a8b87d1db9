import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';
import { decayed } from './decayed.js';
import type { Optimizer, OptimizerSlot, ParameterUpdate, UpdateOptions } from './optimizer.js';
import { optimizerOf } from './slots.js';

export interface AdamOptions {
  /** Share of the old squared gradient that is kept. @default 0.99 */
  readonly squaredMomentum?: number;
  /** Added to the root of the squared gradient. @default 1e-5 */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba, 2015) with decoupled weight decay, in fastai's order and with its defaults:
 * decay, then moments, then a step corrected with the momentum of the moment.
 */
export function adam({ squaredMomentum = 0.99, epsilon = 1e-5 }: AdamOptions = {}): Optimizer {
  return optimizerOf((update, slot, options) =>
    step(update, slot, { ...options, squaredMomentum, epsilon }),
  );
}

/** Moves one parameter and returns its new memory: the mean of gradients and of squared gradients. */
function step(
  update: ParameterUpdate,
  slot: OptimizerSlot | undefined,
  { momentum, weightDecay, squaredMomentum, epsilon }: UpdateOptions & Required<AdamOptions>,
): OptimizerSlot {
  const { parameter, gradient, learningRate } = update;
  const steps = (slot?.steps ?? 0) + 1;
  const rate = learningRate / (1 - momentum ** steps);
  const correction = 1 / (1 - squaredMomentum ** steps);
  const tensors = tf.tidy(() => {
    const [oldMean = tf.zerosLike(gradient), oldSquare = tf.zerosLike(gradient)] =
      slot?.tensors ?? [];
    const mean = mix(oldMean, gradient, momentum);
    const square = mix(oldSquare, tf.square(gradient), squaredMomentum);
    const root = tf.add(tf.sqrt(tf.mul(square, correction)), epsilon);
    const move = tf.div(tf.mul(mean, rate), root);
    parameter.variable.assign(tf.sub(decayed(update, weightDecay), move));
    return [tf.keep(mean), tf.keep(square)];
  });
  return { tensors, steps };
}

const mix = (old: Tensor, next: Tensor, share: number): Tensor =>
  tf.add(tf.mul(old, share), tf.mul(next, 1 - share));
