import type { SuggestionMethod } from '../lr-finder/suggestion.js';

/** Which rates the layer groups get. Groups are ordered input side first, head last. */
export type LearningRateSpec =
  /** One rate for every group. */
  | { readonly kind: 'rate'; readonly rate: number }
  /** fastai's `slice(max)`: `max` for the head, a tenth of it for every other group. */
  | { readonly kind: 'slice'; readonly max: number }
  /** fastai's `slice(min, max)`: from `min` to `max` in equal ratios. */
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  /**
   * What the last finder of the run suggested, times `scale`: for every group, or, with `spread`,
   * as a range from a `spread`-th of it. Without an answer the run fails with `NO_SUGGESTION`,
   * unless there is a `fallback`, which is used as it is.
   */
  | {
      readonly kind: 'suggestion';
      readonly method: SuggestionMethod;
      readonly scale: number;
      readonly spread: number | null;
      readonly fallback: number | null;
    };

export type ScheduleName = 'one-cycle' | 'flat-cosine' | 'constant';

/** The learning-rate range test (Smith, 2015). Restores everything it touched. */
export interface LrFindPhase {
  readonly kind: 'lr-find';
  readonly startLr: number;
  readonly endLr: number;
  readonly steps: number;
  readonly stopOnDivergence: boolean;
}

export interface FitPhase {
  readonly kind: 'fit';
  readonly epochs: number;
  readonly learningRate: LearningRateSpec;
  readonly schedule: ScheduleName;
  /** Share of training spent warming up. One-cycle only. */
  readonly warmupShare: number;
  /** The first rate is the peak divided by this. One-cycle only. */
  readonly startDivisor: number;
  /** The last rate is the peak divided by this. */
  readonly endDivisor: number;
  readonly weightDecay: number;
}

/** Stops learning in the layer groups before `upTo`; negative counts from the end, -1 leaves the head. */
export interface FreezePhase {
  readonly kind: 'freeze';
  readonly upTo: number;
}

/** Resumes learning in the layer groups from `from` on; 0 is everything. */
export interface UnfreezePhase {
  readonly kind: 'unfreeze';
  readonly from: number;
}

/** Predicts the valid split: confusion matrix, most confused, top losses. */
export interface EvaluatePhase {
  readonly kind: 'evaluate';
}

/**
 * One step of a run. A run starts frozen up to its head, or as far unfrozen as the checkpoint that
 * it begins with, and only `freeze` and `unfreeze` change that.
 */
export type Phase = LrFindPhase | FitPhase | FreezePhase | UnfreezePhase | EvaluatePhase;
export type PhaseKind = Phase['kind'];
