import { tf } from '../engine/tf.js';
import { InvalidOptionError, TrainingError } from '../errors.js';
import type { BatchTransform } from './batch-transform.js';
import type { Batch, BatchSource } from './batch.js';
import { permutation } from './random.js';
import { limitConcurrency, readAhead } from './read-ahead.js';
import type { Sample } from './sample.js';

export interface DataLoaderOptions {
  readonly samples: readonly Sample[];
  /** Reads a sample's square of pixels for an epoch: `side * side` times red, green, blue. */
  readonly readPixels: (sample: Sample, epoch: number) => Promise<Uint8Array>;
  /** Pixels along each side of what `readPixels` gives. */
  readonly side: number;
  /** Makes inputs of the pixels, on the engine. */
  readonly transform: BatchTransform;
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
  /** Batches read beside the one in use. @default 2 */
  readonly prefetch?: number;
}

/** A split without a single sample was to be loaded. */
export class NoSamplesError extends TrainingError {
  override readonly name = 'NoSamplesError';
  readonly code = 'TOO_FEW_ITEMS';

  constructor() {
    super(
      'Expected at least one sample to load, received none. Add images to this side of the split',
    );
  }
}

/** More would only wait in the decoder's queue, each with a file open. */
const READS_AT_ONCE = 64;
const CHANNELS = 3;

/** Reads the samples of one split, in the background, and yields them as batches. */
export class DataLoader implements BatchSource {
  readonly length: number;
  readonly itemCount: number;
  readonly #options: Required<DataLoaderOptions>;

  constructor(options: DataLoaderOptions) {
    const { samples, batchSize = 32, shuffle = false, seed = 42, prefetch = 2 } = options;
    const { dropLast = shuffle } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new InvalidOptionError('batchSize', batchSize, 'an integer of 1 or more');
    if (samples.length === 0) throw new NoSamplesError();
    this.#options = { ...options, batchSize, shuffle, dropLast, seed, prefetch };
    const isWhole = !dropLast || samples.length < batchSize;
    this.length = isWhole
      ? Math.ceil(samples.length / batchSize)
      : Math.floor(samples.length / batchSize);
    this.itemCount = Math.min(samples.length, this.length * batchSize);
  }

  /** Reads ahead while a batch is in use. Leaving the loop early ends that too. */
  async *batches(epoch: number): AsyncGenerator<Batch> {
    const { readPixels, prefetch } = this.#options;
    const limited = limitConcurrency(READS_AT_ONCE);
    const tasks = this.#samplesByBatch(epoch).map((samples) => async (signal: AbortSignal) => {
      const reads = await Promise.allSettled(
        samples.map((sample) =>
          limited(() => {
            signal.throwIfAborted();
            return readPixels(sample, epoch);
          }),
        ),
      );
      return { samples, pixels: joinPixels(reads, this.#options.side) };
    });
    for await (const { samples, pixels } of readAhead(tasks, prefetch))
      yield this.#collate(samples, pixels, epoch);
  }

  /** A loader of this item alone, one batch an epoch. */
  only(item: number): DataLoader {
    const samples = this.#options.samples.filter((sample) => sample.item === item);
    return new DataLoader({ ...this.#options, samples, batchSize: 1 });
  }

  #samplesByBatch(epoch: number): Sample[][] {
    const { samples, batchSize, shuffle, seed } = this.#options;
    const order = shuffle
      ? [...permutation(samples.length, { seed, purpose: 'shuffle', epoch })]
      : [...samples.keys()];
    return Array.from({ length: this.length }, (_, batch) =>
      order.slice(batch * batchSize, (batch + 1) * batchSize).map((index) => samples[index]!),
    );
  }

  #collate(samples: readonly Sample[], pixels: Int32Array, epoch: number): Batch {
    const { side, transform } = this.#options;
    const items = samples.map(({ item }) => item);
    const inputs = tf.tidy(() => {
      const shape: [number, number, number, number] = [samples.length, side, side, CHANNELS];
      return transform(tf.tensor4d(pixels, shape, 'int32'), { epoch, items });
    });
    const classIndexes = samples.map(({ classIndex }) => classIndex);
    return { inputs, targets: tf.tensor1d(classIndexes, 'int32'), items };
  }
}

/** One array of all pixels, or the first failure among the reads. */
function joinPixels(reads: readonly PromiseSettledResult<Uint8Array>[], side: number): Int32Array {
  const size = side * side * CHANNELS;
  const joined = new Int32Array(reads.length * size);
  for (const [index, read] of reads.entries()) {
    if (read.status === 'rejected') throw read.reason;
    if (read.value.length !== size)
      throw new RangeError(`Expected ${size} bytes of pixels, received ${read.value.length}`);
    joined.set(read.value, index * size);
  }
  return joined;
}
