import { InvalidOptionError } from '../errors.js';
import { NoSamplesError } from './no-samples.js';
import { permutation } from './random.js';
import type { Sample } from './sample.js';

export interface SampleOrderOptions {
  readonly samples: readonly Sample[];
  /** @default 32 */
  readonly batchSize?: number;
  /** A new order every epoch; otherwise that of `samples`. @default false */
  readonly shuffle?: boolean;
  /**
   * Leaves out the items that do not fill a batch. Unlike fastai, which then has no batch at all,
   * a split smaller than one batch keeps its one smaller batch, so that small sets train.
   * @default the value of `shuffle`
   */
  readonly dropLast?: boolean;
  /** Draws the orders. @default 42 */
  readonly seed?: number;
}

/** Which samples of a split make which batch of which epoch. */
export class SampleOrder {
  readonly batchSize: number;
  /** Batches of an epoch. */
  readonly length: number;
  /** Items of an epoch. */
  readonly itemCount: number;
  readonly #samples: readonly Sample[];
  readonly #shuffle: boolean;
  readonly #seed: number;

  constructor({
    samples,
    batchSize = 32,
    shuffle = false,
    dropLast = shuffle,
    seed = 42,
  }: SampleOrderOptions) {
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new InvalidOptionError('batchSize', batchSize, 'an integer of 1 or more');
    if (samples.length === 0) throw new NoSamplesError();
    this.batchSize = batchSize;
    this.#samples = samples;
    this.#shuffle = shuffle;
    this.#seed = seed;
    const isWhole = !dropLast || samples.length < batchSize;
    const batches = samples.length / batchSize;
    this.length = isWhole ? Math.ceil(batches) : Math.floor(batches);
    this.itemCount = Math.min(samples.length, this.length * batchSize);
  }

  /** The same for the same epoch, whatever was asked before. */
  batches(epoch: number): Sample[][] {
    const { batchSize } = this;
    const order = this.#shuffle
      ? [...permutation(this.#samples.length, { seed: this.#seed, purpose: 'shuffle', epoch })]
      : [...this.#samples.keys()];
    return Array.from({ length: this.length }, (_, batch) =>
      order.slice(batch * batchSize, (batch + 1) * batchSize).map((index) => this.#samples[index]!),
    );
  }
}
