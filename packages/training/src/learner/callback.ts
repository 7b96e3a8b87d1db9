import type { EpochResult } from './epoch-result.js';

/** A hook's wish to end the epoch or the fit early. A reason, not an error. */
export interface Cancel {
  readonly scope: 'epoch' | 'fit';
  readonly reason: string;
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
 * Takes part in training: may look at every batch and epoch, and may end the fit. What a hook
 * throws fails the fit. A callback with memory offers `state` and `restore` as plain JSON.
 */
export interface Callback {
  readonly name: string;
  beforeFit?(epochs: number): void;
  afterBatch?(batch: BatchResult): Cancel | undefined;
  afterEpoch?(epoch: EpochResult): Cancel | undefined;
  state?(): unknown;
  restore?(state: unknown): void;
}
