import { numbersOf, tensorOf } from '../engine/numbers.js';
import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';
import { decayed } from './decayed.js';
import type { Optimizer, OptimizerSlot, ParameterUpdate, UpdateOptions } from './optimizer.js';
import { optimizerOf } from './slots.js';

/** Where a parameter is heading. */
interface Direction extends OptimizerSlot<Direction> {
  readonly tensor: Tensor;
}

/**
 * Stochastic gradient descent with momentum and decoupled weight decay, in fastai's order: decay,
 * then `direction = momentum * direction + gradient`, then a step of `learningRate` along it. Unlike
 * Adam's mean, the direction is a sum: with momentum 0.9 it is ten gradients long.
 */
export function sgd(): Optimizer {
  return optimizerOf<Direction>({
    step,
    slotOf: ({ tensors }) => directionOf(tensorOf(tensors['direction']!)),
  });
}

function step(
  update: ParameterUpdate,
  slot: Direction | undefined,
  { momentum, weightDecay }: UpdateOptions,
): Direction {
  const { parameter, gradient, learningRate } = update;
  const old = slot?.tensor;
  const direction = tf.tidy(() => {
    const next = old === undefined ? tf.clone(gradient) : tf.add(tf.mul(old, momentum), gradient);
    const moved = tf.mul(next, learningRate);
    parameter.variable.assign(tf.sub(decayed(update, weightDecay), moved));
    return next;
  });
  return directionOf(direction);
}

const directionOf = (tensor: Tensor): Direction => ({
  tensor: tf.keep(tensor),
  state: () => ({ tensors: { direction: numbersOf(tensor) }, numbers: {} }),
  copy: () => directionOf(tf.clone(tensor)),
  dispose: () => {
    tensor.dispose();
  },
});
