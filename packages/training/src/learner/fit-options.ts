import type { BatchResult, Callback } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import type { FitProgress } from './fit-progress.js';
import type { HyperParameterSchedule } from './hyper-parameters.js';

export interface FitOptions {
  readonly schedule: HyperParameterSchedule;
  readonly callbacks?: readonly Callback[];
  /** Hears every batch and epoch; unlike a callback it changes nothing. */
  readonly observer?: FitObserver;
  /** Ends the fit after the batch at hand. */
  readonly signal?: AbortSignal;
  /** Goes on from there: with the same learner, loaders and options the rest is the same, bit for bit. */
  readonly from?: FitProgress;
  /** Asked before each batch, with the number of its step and of the fit's epochs so far. */
  readonly adjust?: (step: number, epochs: number) => FitAdjustment | undefined;
}

/** A change to a fit under way. */
export interface FitAdjustment {
  /** What the schedule's rates are multiplied by from here on; 1 is the schedule itself. */
  readonly learningRateFactor?: number;
  /** Epochs still to train, the one at hand included; what is left of the schedule is spread over them. */
  readonly epochsToGo?: number;
}

export interface FitObserver {
  batch(result: BatchResult): void;
  epoch(result: EpochResult): void;
  /**
   * Comes whenever the learner's state is whole: after each batch, and after each epoch was judged.
   * `progress` and the learner's `state` together are what the fit can go on from.
   */
  whole?(progress: () => FitProgress): void;
}

export type FitOutcome =
  { readonly status: 'completed' } | { readonly status: 'cancelled'; readonly reason: string };
