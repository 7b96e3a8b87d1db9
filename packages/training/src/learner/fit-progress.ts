import type { LossSmootherState } from '../lr-finder/smoothing.js';

/** How far a fit has come, between two batches: plain JSON. */
export interface FitProgress {
  /** Epochs that the fit is to have, as adjusted. */
  readonly total: number;
  /** Epochs that are done, judged included, counted from the fit's beginning. */
  readonly epochs: number;
  /** Batches that are done of the epoch at hand. */
  readonly batches: number;
  /** What the schedule's rates are multiplied by. */
  readonly learningRateFactor: number;
  /** Batches and share of the schedule that were done at the last adjustment. */
  readonly planned: { readonly batches: number; readonly share: number };
  readonly smoother: LossSmootherState;
  /** What each callback remembers; null for those without a memory. */
  readonly callbacks: readonly unknown[];
}
