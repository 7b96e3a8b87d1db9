import type { Predictions } from '../interpretation/predictions.js';

/** A number that a model is judged by on a whole split; unlike a loss, nothing is minimised by it. */
export interface Metric {
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** Sees the predictions of a whole split at once, so that it need not be an average over batches. */
  compute(predictions: Predictions): number;
}
