import type { Loaders } from '../data/batch.js';
import type { BatchResult, Callback, Cancel, FitStart, PlannedStep } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import { orFreeBatch } from './or-free-batch.js';

/** The callbacks of one fit, asked together and in order. */
export class Hooks {
  readonly #callbacks: readonly Callback[];
  /** Those that have to hear of the end: whose `beforeFit` went well. */
  readonly #begun: Callback[] = [];

  constructor(callbacks: readonly Callback[]) {
    this.#callbacks = callbacks;
  }

  beforeFit(fit: FitStart): void {
    for (const callback of this.#callbacks) {
      callback.beforeFit?.(fit);
      this.#begun.push(callback);
    }
  }

  /** What each callback remembers; null for those without a memory. */
  state(): unknown[] {
    return this.#callbacks.map((callback) => callback.state?.() ?? null);
  }

  /** Takes up what `state` of the same callbacks gave. */
  restore(states: readonly unknown[]): void {
    for (const [index, callback] of this.#callbacks.entries())
      if (states[index] !== null) callback.restore?.(states[index]);
  }

  /** The loaders that the last callback with a wish wants, if any has one. */
  beforeEpoch(epoch: number): Loaders | undefined {
    return this.#callbacks.reduce<Loaders | undefined>(
      (loaders, callback) => callback.beforeEpoch?.(epoch) ?? loaders,
      undefined,
    );
  }

  /** Frees the batch if a callback throws. */
  beforeBatch(step: PlannedStep): PlannedStep {
    return this.#callbacks.reduce(
      (planned, callback) =>
        orFreeBatch(planned.batch, () => callback.beforeBatch?.(planned)) ?? planned,
      step,
    );
  }

  afterBatch(batch: BatchResult): Cancel | undefined {
    return this.#cancelledBy((callback) => callback.afterBatch?.(batch));
  }

  afterEpoch(epoch: EpochResult): Cancel | undefined {
    return this.#cancelledBy((callback) => callback.afterEpoch?.(epoch));
  }

  /** Asks every callback, so that none keeps what it holds, and throws the first failure. */
  afterFit(): void {
    const failures: unknown[] = [];
    for (const callback of this.#begun.splice(0)) {
      try {
        callback.afterFit?.();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Asks every callback, so that none misses a batch, and takes the first wish to cancel. */
  #cancelledBy(ask: (callback: Callback) => Cancel | undefined): Cancel | undefined {
    return this.#callbacks.map(ask).find((cancel) => cancel !== undefined);
  }
}
