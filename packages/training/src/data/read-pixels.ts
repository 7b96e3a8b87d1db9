import { limitConcurrency } from './read-ahead.js';
import type { Sample } from './sample.js';

/** Reads a sample's square of pixels for an epoch: `side * side` times red, green, blue. */
export type ReadPixels = (sample: Sample, epoch: number) => Promise<Uint8Array>;

export const CHANNELS = 3;
/** More would only wait in the decoder's queue, each with a file open. */
const READS_AT_ONCE = 64;

/** Reads the squares of many samples, a bounded number at once, one array a batch. */
export class PixelReader {
  readonly #read: ReadPixels;
  readonly #size: number;
  readonly #limited = limitConcurrency(READS_AT_ONCE);

  constructor(read: ReadPixels, side: number) {
    this.#read = read;
    this.#size = side * side * CHANNELS;
  }

  /** The squares one after the other, or the first failure among the reads, after all have ended. */
  async read(samples: readonly Sample[], epoch: number, signal: AbortSignal): Promise<Int32Array> {
    const reads = await Promise.allSettled(
      samples.map((sample) =>
        this.#limited(() => {
          signal.throwIfAborted();
          return this.#read(sample, epoch);
        }),
      ),
    );
    const size = this.#size;
    const joined = new Int32Array(reads.length * size);
    for (const [index, read] of reads.entries()) {
      if (read.status === 'rejected') throw read.reason;
      if (read.value.length !== size)
        throw new RangeError(`Expected ${size} bytes of pixels, received ${read.value.length}`);
      joined.set(read.value, index * size);
    }
    return joined;
  }
}
