import { type AdamMemory, adamMemory, adamMemoryOf } from '../engine/adam-memory.js';
import { numbersOf, tensorOf } from '../engine/numbers.js';
import { tf } from '../engine/tf.js';
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
  return optimizerOf<AdamSlot>({
    step: (update, slot, options) => step(update, slot, { ...options, squaredMomentum, epsilon }),
    slotOf: ({ tensors: { mean, square }, numbers }) =>
      slotOf(adamMemoryOf(tensorOf(mean!), tensorOf(square!)), numbers['steps']!),
  });
}

/** A parameter's memory, and the steps it has taken since it was empty. */
interface AdamSlot extends OptimizerSlot<AdamSlot> {
  readonly memory: AdamMemory;
  steps: number;
}

function step(
  update: ParameterUpdate,
  known: AdamSlot | undefined,
  { momentum, weightDecay, squaredMomentum, epsilon }: UpdateOptions & Required<AdamOptions>,
): AdamSlot {
  const { parameter, gradient, learningRate } = update;
  const slot = known ?? slotOf(adamMemory(gradient.shape), 0);
  slot.steps += 1;
  const correction = Math.sqrt(1 - squaredMomentum ** slot.steps);
  const next = slot.memory.take({
    value: decayed(update, weightDecay),
    gradient,
    rate: (learningRate * correction) / (1 - momentum ** slot.steps),
    momentum,
    squaredMomentum,
    epsilon: epsilon * correction,
  });
  parameter.variable.assign(next);
  next.dispose();
  return slot;
}

const slotOf = (memory: AdamMemory, steps: number): AdamSlot => ({
  memory,
  steps,
  state() {
    const means = memory.means();
    const tensors = { mean: numbersOf(means.mean), square: numbersOf(means.square) };
    tf.dispose([means.mean, means.square]);
    return { tensors, numbers: { steps: this.steps } };
  },
  copy() {
    return slotOf(memory.copy(), this.steps);
  },
  dispose() {
    memory.dispose();
  },
});
