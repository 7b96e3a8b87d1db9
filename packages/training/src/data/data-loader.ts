import { tf } from '../engine/tf.js';
import type { BatchTransform } from './batch-transform.js';
import type { Batch, BatchSource } from './batch.js';
import { readAhead } from './read-ahead.js';
import { CHANNELS, PixelReader, type ReadPixels } from './read-pixels.js';
import { SampleOrder, type SampleOrderOptions } from './sample-order.js';
import type { Sample } from './sample.js';

export interface DataLoaderOptions extends SampleOrderOptions {
  readonly readPixels: ReadPixels;
  /** Pixels along each side of what `readPixels` gives. */
  readonly side: number;
  /** Makes inputs of the pixels, on the engine. */
  readonly transform: BatchTransform;
  /** Batches read beside the one in use. @default 2 */
  readonly prefetch?: number;
}

/** Reads the samples of one split, in the background, and yields them as batches. */
export class DataLoader implements BatchSource {
  readonly length: number;
  readonly itemCount: number;
  readonly #order: SampleOrder;
  readonly #reader: PixelReader;
  readonly #options: DataLoaderOptions;

  constructor(options: DataLoaderOptions) {
    this.#options = options;
    this.#order = new SampleOrder(options);
    this.#reader = new PixelReader(options.readPixels, options.side);
    this.length = this.#order.length;
    this.itemCount = this.#order.itemCount;
  }

  /** Reads ahead while a batch is in use. Leaving the loop early ends that too. */
  async *batches(epoch: number, first = 0): AsyncGenerator<Batch> {
    const { prefetch = 2 } = this.#options;
    const wanted = this.#order.batches(epoch).slice(first);
    const tasks = wanted.map((samples) => async (signal: AbortSignal) => ({
      samples,
      pixels: await this.#reader.read(samples, epoch, signal),
    }));
    for await (const { samples, pixels } of readAhead(tasks, prefetch))
      yield this.#collate(samples, pixels, epoch);
  }

  only(item: number): DataLoader {
    const samples = this.#options.samples.filter((sample) => sample.item === item);
    return new DataLoader({ ...this.#options, samples, batchSize: 1 });
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
