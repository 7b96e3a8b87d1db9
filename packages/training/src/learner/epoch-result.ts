import type { Predictions } from '../interpretation/predictions.js';
import type { MetricValue } from './training-event.js';

/** One epoch, trained and judged on the valid split. */
export interface EpochResult {
  readonly epoch: number;
  /** Last step of the epoch. */
  readonly step: number;
  /** Smoothed train loss at the end of the epoch, as fastai reports it. */
  readonly trainLoss: number;
  readonly validLoss: number;
  /** Seconds for training and validation together. */
  readonly seconds: number;
  readonly metrics: readonly MetricValue[];
  readonly predictions: Predictions;
}
