import { tf } from '../engine/tf.js';
import { decayed } from './decayed.js';
import type { Optimizer } from './optimizer.js';
import { optimizerOf } from './slots.js';

/**
 * Stochastic gradient descent with momentum and decoupled weight decay, in fastai's order: decay,
 * then `direction = momentum * direction + gradient`, then a step of `learningRate` along it. Unlike
 * Adam's mean, the direction is a sum: with momentum 0.9 it is ten gradients long.
 */
export function sgd(): Optimizer {
  return optimizerOf((update, slot, { momentum, weightDecay }) => {
    const { parameter, gradient, learningRate } = update;
    const tensors = tf.tidy(() => {
      const [old] = slot?.tensors ?? [];
      const direction =
        old === undefined ? tf.clone(gradient) : tf.add(tf.mul(old, momentum), gradient);
      const step = tf.mul(direction, learningRate);
      parameter.variable.assign(tf.sub(decayed(update, weightDecay), step));
      return [tf.keep(direction)];
    });
    return { tensors, steps: (slot?.steps ?? 0) + 1 };
  });
}
