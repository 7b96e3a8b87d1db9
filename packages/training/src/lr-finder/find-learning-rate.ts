import type { BatchSource, Batch } from '../data/batch.js';
import { InvalidOptionError } from '../errors.js';
import type { Learner } from '../learner/learner.js';
import type { LrFinderStop } from '../learner/training-event.js';
import { LossSmoother } from './smoothing.js';
import { suggestLearningRates } from './suggest.js';
import type { LrSuggestion } from './suggestion.js';

/** fastai stops once the smoothed loss exceeds its best by this factor. */
const DIVERGENCE_FACTOR = 4;

export interface FindLearningRateOptions {
  /** @default 1e-7 */
  readonly startLr?: number;
  /** Approached, never used: the last rate is one growth factor below it. @default 10 */
  readonly endLr?: number;
  /** Batches to run. @default 100 */
  readonly steps?: number;
  /** End early once the smoothed loss is four times its best. @default true */
  readonly stopOnDivergence?: boolean;
  readonly weightDecay?: number;
  readonly signal?: AbortSignal;
  /** Hears every point as it is measured. */
  readonly onPoint?: (point: LrFinderPoint) => void;
}

export interface LrFinderPoint {
  readonly index: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly smoothedLoss: number;
  readonly time: number;
}

export interface LrFinderResult {
  readonly points: readonly LrFinderPoint[];
  readonly stoppedBecause: LrFinderStop;
  /** What `valley` suggests, fastai's default, or null: `suggestions` says why. */
  readonly learningRate: number | null;
  /** All four methods, always; one without an answer says why in its note. */
  readonly suggestions: readonly LrSuggestion[];
}

/**
 * The learning-rate range test (Smith, 2015) as fastai runs it: real train steps with a rate that
 * grows exponentially from batch to batch. Weights, running statistics and optimizer state are as
 * before afterwards, also when it fails. Unlike fastai it ends at the first loss that is not finite.
 * A run that is too short, flat, or diverging is no error: every suggestion then says why it has no
 * answer, and what to do.
 */
export async function findLearningRate(
  learner: Learner,
  {
    startLr = 1e-7,
    endLr = 10,
    steps = 100,
    stopOnDivergence = true,
    weightDecay = 0.01,
    signal,
    onPoint,
  }: FindLearningRateOptions = {},
): Promise<LrFinderResult> {
  if (!(startLr > 0)) throw new InvalidOptionError('startLr', startLr, 'a number above 0');
  if (!(endLr > startLr))
    throw new InvalidOptionError('endLr', endLr, `a number above startLr (${startLr})`);
  if (!Number.isInteger(steps) || steps < 1)
    throw new InvalidOptionError('steps', steps, 'an integer of 1 or more');

  const snapshot = learner.snapshot();
  const test = new RangeTest(stopOnDivergence);
  const momentum = learner.momentum;
  try {
    for await (const batch of endlessBatches(learner.loaders.train, learner.epoch)) {
      const index = test.points.length;
      const learningRate = startLr * (endLr / startLr) ** (index / steps);
      const learningRates = new Array<number>(learner.layerGroupCount).fill(learningRate);
      const hyperParameters = { learningRates, momentum, weightDecay };
      const loss = await learner.trainBatch(batch, hyperParameters, learner.step + index);
      const point = test.add(learningRate, loss);
      onPoint?.(point);
      if (signal?.aborted) test.stop('stopped');
      if (test.points.length >= steps) test.stop('completed');
      if (test.stoppedBecause !== undefined) break;
    }
  } finally {
    learner.restore(snapshot);
    snapshot.dispose();
  }
  const suggestions = suggestLearningRates({
    learningRates: test.points.map((point) => point.learningRate),
    smoothedLosses: test.points.map((point) => point.smoothedLoss),
    steps,
  });
  return {
    points: test.points,
    stoppedBecause: test.stoppedBecause ?? 'completed',
    learningRate: suggestions.find(({ method }) => method === 'valley')?.learningRate ?? null,
    suggestions,
  };
}

/** The points so far, and whether there will be more. */
class RangeTest {
  readonly points: LrFinderPoint[] = [];
  stoppedBecause: LrFinderStop | undefined;
  readonly #smoother = new LossSmoother();
  readonly #stopOnDivergence: boolean;
  #best = Infinity;

  constructor(stopOnDivergence: boolean) {
    this.#stopOnDivergence = stopOnDivergence;
  }

  add(learningRate: number, loss: number): LrFinderPoint {
    const smoothedLoss = this.#smoother.add(loss);
    const index = this.points.length;
    const point = { index, learningRate, loss, smoothedLoss, time: Date.now() };
    this.points.push(point);
    this.#best = Math.min(this.#best, smoothedLoss);
    if (!Number.isFinite(loss)) this.stop('non-finite');
    // A multiple of a loss below zero says nothing: fastai stops there at once.
    const isRunningAway = this.#best > 0 && smoothedLoss > DIVERGENCE_FACTOR * this.#best;
    if (this.#stopOnDivergence && isRunningAway) this.stop('diverged');
    return point;
  }

  /** The first reason stands. */
  stop(reason: LrFinderStop): void {
    this.stoppedBecause ??= reason;
  }
}

/**
 * Batches of one epoch after another, as many as are taken; none if an epoch has none. Where looks
 * are numbered and kept, all epochs have the first one's: a test of rates needs no other.
 */
async function* endlessBatches(source: BatchSource, firstEpoch: number): AsyncGenerator<Batch> {
  const { length, period = 1 } = source;
  for (let epoch = firstEpoch; length > 0; epoch += period) yield* source.batches(epoch);
}
