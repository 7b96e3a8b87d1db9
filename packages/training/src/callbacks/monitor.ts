import { InvalidOptionError } from '../errors.js';
import type { FitStart } from '../learner/callback.js';
import type { EpochResult } from '../learner/epoch-result.js';
import { type CallbackState, parseCallbackState } from './callback-state.js';

export interface MonitorOptions {
  /** Quantity to watch: `validLoss`, `trainLoss`, or the name of a metric. @default 'validLoss' */
  readonly monitor?: string;
  /** Which way is better. @default what the metric says; less of a loss */
  readonly mode?: 'min' | 'max';
  /** By how much a value must be better to count as such. @default 0 */
  readonly minDelta?: number;
}

const LOSSES = ['validLoss', 'trainLoss'] as const;
const KEYS = ['best', 'bestEpoch', 'waited'] as const;

/** Watches one quantity from epoch to epoch and remembers its best value. NaN is never better. */
export class Monitor {
  readonly name: string;
  readonly #minDelta: number;
  readonly #mode: 'min' | 'max' | undefined;
  #higherIsBetter = false;
  #best: number | null = null;
  #bestEpoch: number | null = null;
  #waited = 0;
  #isRestored = false;

  constructor({ monitor = 'validLoss', mode, minDelta = 0 }: MonitorOptions) {
    if (!(minDelta >= 0))
      throw new InvalidOptionError('minDelta', minDelta, 'a number of 0 or more');
    this.name = monitor;
    this.#mode = mode;
    this.#minDelta = minDelta;
  }

  /** Epoch with the best value so far. */
  get bestEpoch(): number | null {
    return this.#bestEpoch;
  }

  /** Epochs since the last better value, or since `waitAnew`. */
  get waited(): number {
    return this.#waited;
  }

  /** Begins anew and says so, unless it was restored since the last fit: then it goes on. */
  beforeFit({ metrics }: FitStart): boolean {
    const metric = metrics.find(({ name }) => name === this.name);
    if (metric === undefined && !LOSSES.some((name) => name === this.name)) {
      const names = [...LOSSES, ...metrics.map(({ name }) => name)];
      throw new InvalidOptionError('monitor', this.name, `one of ${names.join(', ')}`);
    }
    this.#higherIsBetter =
      this.#mode === undefined ? (metric?.higherIsBetter ?? false) : this.#mode === 'max';
    const goesOn = this.#isRestored;
    this.#isRestored = false;
    if (goesOn) return false;
    this.#best = null;
    this.#bestEpoch = null;
    this.#waited = 0;
    return true;
  }

  /** Takes in an epoch and says whether it is better than all before. */
  improvedBy(result: EpochResult): boolean {
    const value = this.#valueOf(result);
    const sign = this.#higherIsBetter ? -1 : 1;
    const best = this.#best === null ? Infinity : sign * this.#best;
    if (!(sign * value + this.#minDelta < best)) {
      this.#waited += 1;
      return false;
    }
    this.#best = value;
    this.#bestEpoch = result.epoch;
    this.#waited = 0;
    return true;
  }

  /** Counts epochs without improvement from 0 again; the best value stays. */
  waitAnew(): void {
    this.#waited = 0;
  }

  state(): CallbackState<(typeof KEYS)[number]> {
    return { best: this.#best, bestEpoch: this.#bestEpoch, waited: this.#waited };
  }

  restore(state: unknown): void {
    const { best, bestEpoch, waited } = parseCallbackState(state, KEYS);
    this.#best = best;
    this.#bestEpoch = bestEpoch;
    this.#waited = waited ?? 0;
    this.#isRestored = true;
  }

  #valueOf({ validLoss, trainLoss, metrics }: EpochResult): number {
    if (this.name === 'validLoss') return validLoss;
    if (this.name === 'trainLoss') return trainLoss;
    return metrics.find(({ name }) => name === this.name)!.value;
  }
}
