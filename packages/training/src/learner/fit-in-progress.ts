import { LossSmoother } from '../lr-finder/smoothing.js';
import type { FitStart } from './callback.js';
import type { FitAdjustment, FitOptions } from './fit-options.js';
import type { FitProgress } from './fit-progress.js';
import { Hooks } from './hooks.js';
import type { HyperParameters } from './hyper-parameters.js';

/** A fit under way: what remains of it, and what it has come to. */
export class FitInProgress {
  readonly hooks: Hooks;
  readonly smoother = new LossSmoother();
  readonly options: FitOptions;
  #total: number;
  #epochs = 0;
  #batches = 0;
  #learningRateFactor = 1;
  /** From here to the fit's end, the schedule's remaining share is spread evenly. */
  #planned: FitProgress['planned'] = { batches: 0, share: 0 };

  constructor(total: number, options: FitOptions) {
    this.#total = total;
    this.options = options;
    this.hooks = new Hooks(options.callbacks ?? []);
  }

  get isDone(): boolean {
    return this.#epochs >= this.#total;
  }

  /** Batches that are done of the epoch at hand. */
  get batches(): number {
    return this.#batches;
  }

  begin(start: FitStart): void {
    this.hooks.beforeFit(start);
    const { from } = this.options;
    if (from === undefined) return;
    this.smoother.restore(from.smoother);
    this.hooks.restore(from.callbacks);
    this.#total = from.total;
    this.#epochs = from.epochs;
    this.#batches = from.batches;
    this.#learningRateFactor = from.learningRateFactor;
    this.#planned = from.planned;
  }

  /** What step `step` is trained with, in epochs of `length` batches. */
  hyperParameters(step: number, length: number): HyperParameters {
    const adjustment = this.options.adjust?.(step, this.#epochs);
    if (adjustment) this.#adjust(adjustment, length);
    const planned = this.options.schedule(this.#share(length));
    const factor = this.#learningRateFactor;
    if (factor === 1) return planned;
    return { ...planned, learningRates: planned.learningRates.map((rate) => rate * factor) };
  }

  batchDone(): void {
    this.#batches += 1;
  }

  epochDone(): void {
    this.#epochs += 1;
    this.#batches = 0;
    this.isWhole();
  }

  /** Says that nothing is half done. */
  isWhole(): void {
    this.options.observer?.whole?.(() => ({
      total: this.#total,
      epochs: this.#epochs,
      batches: this.#batches,
      learningRateFactor: this.#learningRateFactor,
      planned: this.#planned,
      smoother: this.smoother.state(),
      callbacks: this.hooks.state(),
    }));
  }

  #adjust({ learningRateFactor, epochsToGo }: FitAdjustment, length: number): void {
    const share = this.#share(length);
    this.#planned = { batches: this.#epochs * length + this.#batches, share };
    this.#learningRateFactor = learningRateFactor ?? this.#learningRateFactor;
    if (epochsToGo !== undefined) this.#total = this.#epochs + epochsToGo;
  }

  /** How much of the schedule is done. */
  #share(length: number): number {
    const { batches, share } = this.#planned;
    const done = this.#epochs * length + this.#batches - batches;
    return share + (done / (this.#total * length - batches)) * (1 - share);
  }
}
