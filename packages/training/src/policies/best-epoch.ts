import type { MetricValue } from '../learner/training-event.js';

interface JudgedEpoch {
  readonly validLoss: number;
  readonly metrics: readonly MetricValue[];
}

/** The best epoch's numbers; null before the first. Infinity is not JSON. */
export type BestEpochState = { readonly errorRate: number; readonly validLoss: number } | null;

/** Keeps the best epoch so far: the lowest error rate, and among equals the lowest valid loss. */
export class BestEpoch {
  #errorRate = Infinity;
  #validLoss = Infinity;

  /** Says whether `epoch` is the new best, and remembers it if so. */
  improvedBy(epoch: JudgedEpoch): boolean {
    const errorRate = epoch.metrics.find(({ name }) => name === 'errorRate')?.value ?? Infinity;
    const better =
      errorRate < this.#errorRate ||
      (errorRate === this.#errorRate && epoch.validLoss < this.#validLoss);
    if (!better) return false;
    this.#errorRate = errorRate;
    this.#validLoss = epoch.validLoss;
    return true;
  }

  state(): BestEpochState {
    if (this.#errorRate === Infinity) return null;
    return { errorRate: this.#errorRate, validLoss: this.#validLoss };
  }

  restore(state: BestEpochState): void {
    this.#errorRate = state?.errorRate ?? Infinity;
    this.#validLoss = state?.validLoss ?? Infinity;
  }
}
