import { InvalidOptionError } from '../errors.js';
import type { FitOptions, FitOutcome } from '../learner/fit-options.js';
import type { Learner } from '../learner/learner.js';
import { fitOneCycle } from './fit.js';
import { freeze, unfreeze } from './freeze.js';

export interface FineTuneOptions extends Omit<FitOptions, 'schedule'> {
  /** Peak rate of the head in the frozen epochs; afterwards half of it. @default 2e-3 */
  readonly learningRate?: number;
  /** Epochs in which only the head learns. @default 1 */
  readonly frozenEpochs?: number;
  /** How much slower than the head the first layers learn. @default 100 */
  readonly spread?: number;
  /** Weights, and nothing else, shrink by `learningRate * weightDecay` at each step. @default 0.01 */
  readonly weightDecay?: number;
}

/**
 * Trains the head on a frozen body, then everything with discriminative learning rates: fastai's
 * `fine_tune`, to the digit. A callback that cancels the frozen epochs cancels the rest.
 */
export async function fineTune(
  learner: Learner,
  epochs: number,
  { learningRate = 2e-3, frozenEpochs = 1, spread = 100, ...options }: FineTuneOptions = {},
): Promise<FitOutcome> {
  if (!Number.isInteger(frozenEpochs) || frozenEpochs < 0)
    throw new InvalidOptionError('frozenEpochs', frozenEpochs, 'an integer of 0 or more');
  if (!(spread >= 1)) throw new InvalidOptionError('spread', spread, 'a number of 1 or more');

  freeze(learner);
  if (frozenEpochs > 0) {
    const outcome = await fitOneCycle(learner, frozenEpochs, {
      ...options,
      learningRate: { max: learningRate },
      warmupShare: 0.99,
    });
    if (outcome.status === 'cancelled') return outcome;
  }
  unfreeze(learner);
  const half = learningRate / 2;
  return fitOneCycle(learner, epochs, {
    ...options,
    learningRate: { min: half / spread, max: half },
    warmupShare: 0.3,
    startDivisor: 5,
  });
}
