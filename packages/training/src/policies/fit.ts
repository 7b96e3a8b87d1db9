import { InvalidOptionError } from '../errors.js';
import type { FitOptions, FitOutcome } from '../learner/fit-options.js';
import type { Learner } from '../learner/learner.js';
import { fitSchedule } from './fit-schedule.js';
import { type LearningRate, toGroupRates } from './learning-rate.js';
import type { FitPhase } from './phase.js';
import { fitDefaults } from './recipes.js';

/** What every way of fitting takes. */
export interface FitPolicyOptions extends Omit<FitOptions, 'schedule'> {
  /** The highest rate of the fit. @default 1e-3, fastai's */
  readonly learningRate?: LearningRate;
  /** Weights, and nothing else, shrink by `learningRate * weightDecay` at each step. @default 0.01 */
  readonly weightDecay?: number;
}

export interface OneCycleFitOptions extends FitPolicyOptions {
  /** Share of the fit spent warming up, 0 to 1. @default 0.25 */
  readonly warmupShare?: number;
  /** The first rate is the peak divided by this. @default 25 */
  readonly startDivisor?: number;
  /** The last rate approaches the peak divided by this. @default 1e5 */
  readonly endDivisor?: number;
}

export interface FlatCosineFitOptions extends FitPolicyOptions {
  /** The last rate approaches the peak divided by this. @default 1e5 */
  readonly endDivisor?: number;
}

const LEARNING_RATE = 1e-3;

/** Trains with one rate from beginning to end (fastai's `fit`). */
export function fit(
  learner: Learner,
  epochs: number,
  options: FitPolicyOptions = {},
): Promise<FitOutcome> {
  return fitBy(learner, { ...fitDefaults, schedule: 'constant', epochs }, options);
}

/**
 * Trains by the 1cycle policy (Smith, 2018; fastai's `fit_one_cycle`): the rate warms up to its peak
 * and anneals to almost nothing, while momentum goes from 0.95 to 0.85 and back.
 */
export function fitOneCycle(
  learner: Learner,
  epochs: number,
  {
    warmupShare = fitDefaults.warmupShare,
    startDivisor = fitDefaults.startDivisor,
    endDivisor = fitDefaults.endDivisor,
    ...options
  }: OneCycleFitOptions = {},
): Promise<FitOutcome> {
  const shape = { ...fitDefaults, warmupShare, startDivisor, endDivisor, epochs };
  return fitBy(learner, shape, options);
}

/** Trains at one rate for three quarters of the fit, then anneals it along a cosine (fastai's `fit_flat_cos`). */
export function fitFlatCosine(
  learner: Learner,
  epochs: number,
  { endDivisor = fitDefaults.endDivisor, ...options }: FlatCosineFitOptions = {},
): Promise<FitOutcome> {
  return fitBy(learner, { ...fitDefaults, schedule: 'flat-cosine', endDivisor, epochs }, options);
}

type FitShape = Omit<FitPhase, 'learningRate'>;

async function fitBy(
  learner: Learner,
  shape: FitShape,
  { learningRate = LEARNING_RATE, weightDecay = shape.weightDecay, ...options }: FitPolicyOptions,
): Promise<FitOutcome> {
  const { epochs } = shape;
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new InvalidOptionError('epochs', epochs, 'an integer of 1 or more');
  if (!(weightDecay >= 0))
    throw new InvalidOptionError('weightDecay', weightDecay, 'a number of 0 or more');
  const rates = toGroupRates(learningRate);
  const phase = { ...shape, weightDecay, learningRate: rates };
  return learner.fit(epochs, {
    ...options,
    schedule: fitSchedule(phase, rates, learner.layerGroupCount),
  });
}
