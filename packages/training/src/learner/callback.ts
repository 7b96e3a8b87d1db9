import type { Batch, Loaders } from '../data/batch.js';
import type { Loss } from '../losses/loss.js';
import type { Metric } from '../metrics/metric.js';
import type { VisionModel } from '../model/vision-model.js';
import type { EpochResult } from './epoch-result.js';
import type { HyperParameters } from './hyper-parameters.js';

/** A hook's wish to end the epoch or the fit early. A reason, not an error. */
export interface Cancel {
  readonly scope: 'epoch' | 'fit';
  readonly reason: string;
}

/** A fit about to begin. */
export interface FitStart {
  readonly epochs: number;
  /** What epochs will be judged by, besides their losses. */
  readonly metrics: readonly Pick<Metric, 'name' | 'higherIsBetter'>[];
  /** The weights in training: a callback may remember them, put them back, or write them down. */
  readonly weights: Pick<VisionModel, 'snapshot' | 'restore' | 'toSafetensors'>;
}

/** A train step about to be taken. */
export interface PlannedStep {
  readonly step: number;
  /** Whoever hands on another batch disposes of this one. */
  readonly batch: Batch;
  readonly loss: Loss;
  readonly hyperParameters: HyperParameters;
}

/** One finished train batch, as hooks and reporters see it. */
export interface BatchResult {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** fastai's debiased average with beta 0.98, started anew by each fit. */
  readonly smoothedLoss: number;
  readonly learningRates: readonly number[];
  readonly momentum: number;
  /** When the batch ended, in milliseconds since 1970. */
  readonly time: number;
}

/**
 * Takes part in training: may look at every batch and epoch, change what a step is done with, and
 * end the fit. Hooks are asked in the order of the callbacks; what one throws fails the fit. A
 * callback with memory offers `state` and `restore` as plain JSON; a fit after `restore` goes on
 * from there, every other begins anew.
 */
export interface Callback {
  readonly name: string;
  /** Comes before the first epoch of every fit. */
  beforeFit?(fit: FitStart): void;
  /**
   * Epochs count over all fits of the learner. Loaders that are returned replace the ones in use.
   * A fit that goes on within an epoch asks again for that epoch.
   */
  beforeEpoch?(epoch: number): Loaders | undefined;
  /** Returns the step to take: the same, or another. */
  beforeBatch?(step: PlannedStep): PlannedStep;
  /** Comes after every step, and may end the epoch or the fit. */
  afterBatch?(batch: BatchResult): Cancel | undefined;
  /** Comes after the valid split was judged, and may end the fit. */
  afterEpoch?(epoch: EpochResult): Cancel | undefined;
  /** Comes at the end of every fit that began, also of one that was cancelled or has failed. */
  afterFit?(): void;
  /** What the callback remembers, as plain JSON. */
  state?(): unknown;
  /** Takes up what `state` gave. */
  restore?(state: unknown): void;
}
