import type { BatchResult, Callback } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import type { HyperParameterSchedule } from './hyper-parameters.js';

export interface FitOptions {
  readonly schedule: HyperParameterSchedule;
  readonly callbacks?: readonly Callback[];
  /** Hears every batch and epoch; unlike a callback it changes nothing. */
  readonly observer?: FitObserver;
  /** Ends the fit after the batch at hand. */
  readonly signal?: AbortSignal;
}

export interface FitObserver {
  batch(result: BatchResult): void;
  epoch(result: EpochResult): void;
}

export type FitOutcome =
  { readonly status: 'completed' } | { readonly status: 'cancelled'; readonly reason: string };
