import type { Batch, BatchSource, FrozenFeatures } from '../data/batch.js';
import type { BatchTransform } from '../data/batch-transform.js';
import { itemNumber } from '../data/random.js';
import { readAhead } from '../data/read-ahead.js';
import { CHANNELS, PixelReader, type ReadPixels } from '../data/read-pixels.js';
import { SampleOrder, type SampleOrderOptions } from '../data/sample-order.js';
import type { Sample } from '../data/sample.js';
import { tf } from '../engine/tf.js';
import type { FeatureStore } from './feature-store.js';

/** The shape of an image's features: height, width, channels. */
export type FeatureShape = readonly [height: number, width: number, channels: number];

export interface FeatureLoaderOptions extends SampleOrderOptions {
  readonly readPixels: ReadPixels;
  /** Pixels along each side of what `readPixels` gives. */
  readonly side: number;
  readonly transform: BatchTransform;
  /** Different looks that an image has; epoch `e` sees view `e % views`. */
  readonly views: number;
  readonly store: Promise<FeatureStore>;
  readonly groups: Pick<FrozenFeatures, 'compute' | 'entersAt'>;
  readonly shape: FeatureShape;
  /** Batches read beside the one in use. @default 2 */
  readonly prefetch?: number;
}

/**
 * Yields features in place of pixels: those that are kept, and those of images that are new, which
 * are computed as their turn comes, and kept. All draws of a view follow from the image's content
 * and the view's number, so that runs with other splits or seeds find the same features.
 */
export class FeatureLoader implements BatchSource {
  readonly length: number;
  readonly itemCount: number;
  readonly period: number;
  readonly #order: SampleOrder;
  readonly #reader: PixelReader;
  readonly #options: FeatureLoaderOptions;

  constructor(options: FeatureLoaderOptions) {
    this.#options = options;
    this.#order = new SampleOrder(options);
    this.#reader = new PixelReader(options.readPixels, options.side);
    this.length = this.#order.length;
    this.itemCount = this.#order.itemCount;
    this.period = options.views;
  }

  /** Leaving the loop early keeps what was computed until then. */
  async *batches(epoch: number, first = 0): AsyncGenerator<Batch> {
    const view = epoch % this.#options.views;
    const store = await this.#options.store;
    await store.use();
    const batches = this.#order.batches(epoch).slice(first);
    let blocks = this.#computeMissing(batches.flat(), { store, view });
    try {
      for (const [turn, samples] of batches.entries()) {
        const keys = samples.map(({ hash }) => keyOf(hash, view));
        let rows: Float32Array | null = null;
        while (rows === null) {
          const isThere = keys.every((key) => store.has(key));
          if (isThere) rows = await store.read(keys);
          // At the end of the blocks, what is not there was, and has vanished since.
          else if ((await blocks.next()).done)
            blocks = this.#computeMissing(batches.slice(turn).flat(), { store, view });
        }
        yield this.#toBatch(samples, rows);
      }
    } finally {
      await blocks.return(undefined);
      await store.flush();
    }
  }

  /**
   * Computes the features that are not there yet, in the order of `samples`, a block at each turn.
   * Reads the pixels of the next blocks meanwhile.
   */
  async *#computeMissing(
    samples: readonly Sample[],
    { store, view }: { store: FeatureStore; view: number },
  ): AsyncGenerator<void> {
    const { prefetch = 2 } = this.#options;
    const missing = samples.filter(({ hash }) => !store.has(keyOf(hash, view)));
    const once = [...new Map(missing.map((sample) => [sample.hash, byContent(sample)])).values()];
    const tasks = inBlocks(once, this.#order.batchSize).map(
      (block) => async (signal: AbortSignal) => ({
        block,
        pixels: await this.#reader.read(block, view, signal),
      }),
    );
    for await (const { block, pixels } of readAhead(tasks, prefetch)) {
      const keys = block.map(({ hash }) => keyOf(hash, view));
      await store.add(keys, await this.#compute(block, pixels, view));
      yield;
    }
  }

  /** The features of `block`, one row after the other. */
  async #compute(
    block: readonly Sample[],
    pixels: Int32Array,
    view: number,
  ): Promise<Float32Array> {
    const { side, transform, groups } = this.#options;
    // Always as many images: a kernel may add up in another order for another number of them.
    const { batchSize } = this.#order;
    const padded = filledUp(pixels, batchSize * side * side * CHANNELS);
    const items = Array.from({ length: batchSize }, (_, row) => block[row]?.item ?? 0);
    const features = tf.tidy(() => {
      const squares = tf.tensor4d(padded, [batchSize, side, side, CHANNELS], 'int32');
      return groups.compute(transform(squares, { epoch: view, items }));
    });
    const rows = await features.data<'float32'>();
    const length = features.size / batchSize;
    features.dispose();
    return rows.subarray(0, block.length * length);
  }

  #toBatch(samples: readonly Sample[], values: Float32Array): Batch {
    const { shape, groups } = this.#options;
    const classIndexes = samples.map(({ classIndex }) => classIndex);
    return {
      inputs: tf.tensor4d(values, [samples.length, ...shape]),
      targets: tf.tensor1d(classIndexes, 'int32'),
      items: samples.map(({ item }) => item),
      entersAt: groups.entersAt,
    };
  }
}

const keyOf = (hash: string, view: number): string => `${hash}/${view}`;

/** The sample with the number of its content for its position, which would be another in the next dataset version. */
const byContent = (sample: Sample): Sample => ({ ...sample, item: itemNumber(sample.hash) });

function filledUp(pixels: Int32Array, length: number): Int32Array {
  if (pixels.length === length) return pixels;
  const filled = new Int32Array(length);
  filled.set(pixels);
  return filled;
}

function inBlocks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, block) =>
    all.slice(block * size, (block + 1) * size),
  );
}
