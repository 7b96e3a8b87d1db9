import type { SuggestionMethod } from '../lr-finder/suggestion.js';
import type { FitPhase, LearningRateSpec, LrFindPhase, Phase, UnfreezePhase } from './phase.js';

export type RecipeName = 'lr-find' | 'head' | 'fine-tune' | 'chapter-five';

/** What a recipe leaves open. What is left out has the recipe's own default. */
export interface RecipeOptions {
  /** Epochs of the last fit. */
  readonly epochs?: number;
  /** Epochs of the first fit, where the recipe has two. */
  readonly frozenEpochs?: number;
  /** Peak rate of the head. */
  readonly learningRate?: number;
  /** Puts a finder first and takes the rate it suggests; without a suggestion, `learningRate` if given. */
  readonly learningRateFrom?: SuggestionMethod;
}

/** fastai's base rate for `fine_tune`. */
const FINE_TUNE_RATE = 2e-3;
/** The rate of the book's chapter 5 for a fresh head. */
const HEAD_RATE = 3e-3;
/** The book's upper rate for the whole network after its head has learned. */
const WHOLE_NETWORK_RATE = 1e-4;
/** fastai's `lr_mult`: how much slower the first layers learn than the head. */
const SPREAD = 100;
/** fastai's `slice(rate)`: the body's norm parameters learn at a tenth of the head's rate. */
const SLICE_SPREAD = 10;

/** fastai's defaults for `lr_find`. */
export const lrFindDefaults: LrFindPhase = {
  kind: 'lr-find',
  startLr: 1e-7,
  endLr: 10,
  steps: 100,
  stopOnDivergence: true,
};

/** fastai's defaults for `fit_one_cycle` with Adam. */
export const fitDefaults = {
  kind: 'fit',
  schedule: 'one-cycle',
  warmupShare: 0.25,
  startDivisor: 25,
  endDivisor: 1e5,
  weightDecay: 0.01,
} as const;

/** Lets every layer group learn. */
const unfreezeAll: UnfreezePhase = { kind: 'unfreeze', from: 0 };

/** Finds a learning rate for the head, and trains nothing. */
function lrFind(): Phase[] {
  return [lrFindDefaults];
}

/** Trains the head alone. */
function head({ epochs = 5, learningRate, learningRateFrom }: RecipeOptions): Phase[] {
  return [
    ...finderFor(learningRateFrom),
    fit(
      epochs,
      learningRateFrom
        ? suggested(learningRateFrom, learningRate)
        : { kind: 'rate', rate: learningRate ?? HEAD_RATE },
    ),
  ];
}

/**
 * fastai's `fine_tune`: the head with a long warm-up, then everything at half the rate, the body
 * `SPREAD` times slower. A finder's suggestion becomes the base rate of both.
 */
function fineTune({
  epochs = 3,
  frozenEpochs = 1,
  learningRate,
  learningRateFrom,
}: RecipeOptions): Phase[] {
  const base = learningRate ?? FINE_TUNE_RATE;
  const half = learningRate === undefined ? undefined : learningRate / 2;
  const frozen: LearningRateSpec = learningRateFrom
    ? { ...suggested(learningRateFrom, learningRate), spread: SLICE_SPREAD }
    : { kind: 'slice', max: base };
  const whole: LearningRateSpec = learningRateFrom
    ? { ...suggested(learningRateFrom, half), spread: SPREAD, scale: 0.5 }
    : { kind: 'range', min: base / 2 / SPREAD, max: base / 2 };
  return [
    ...finderFor(learningRateFrom),
    ...(frozenEpochs > 0 ? [{ ...fit(frozenEpochs, frozen), warmupShare: 0.99 }] : []),
    unfreezeAll,
    { ...fit(epochs, whole), warmupShare: 0.3, startDivisor: 5 },
  ];
}

/**
 * The story of chapter 5: find a rate, train the head, unfreeze, find a rate again, train
 * everything with discriminative rates.
 */
function chapterFive({
  epochs = 6,
  frozenEpochs = 3,
  learningRate,
  learningRateFrom,
}: RecipeOptions): Phase[] {
  const method = learningRateFrom ?? 'valley';
  const own = learningRate !== undefined && learningRateFrom === undefined;
  return [
    lrFindDefaults,
    fit(
      frozenEpochs,
      own ? { kind: 'rate', rate: learningRate } : suggested(method, learningRate ?? HEAD_RATE),
    ),
    unfreezeAll,
    lrFindDefaults,
    fit(epochs, { ...suggested(method, WHOLE_NETWORK_RATE), spread: SPREAD }),
  ];
}

const recipes = {
  'lr-find': lrFind,
  head,
  'fine-tune': fineTune,
  'chapter-five': chapterFive,
} satisfies Record<RecipeName, (options: RecipeOptions) => Phase[]>;

/**
 * The phases that a recipe stands for. A run starts frozen, so none begins with a freeze: put one in
 * front where a run begins with a checkpoint (`RunJob.startFrom`), which may be unfrozen.
 */
export function recipePhases(name: RecipeName, options: RecipeOptions = {}): Phase[] {
  return recipes[name](options);
}

function fit(epochs: number, learningRate: LearningRateSpec): FitPhase {
  return { ...fitDefaults, epochs, learningRate };
}

function finderFor(method: SuggestionMethod | undefined): Phase[] {
  return method === undefined ? [] : [lrFindDefaults];
}

function suggested(method: SuggestionMethod, fallback?: number) {
  return {
    kind: 'suggestion',
    method,
    scale: 1,
    spread: null as number | null,
    fallback: fallback ?? null,
  } as const;
}
