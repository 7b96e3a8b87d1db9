import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type FeatureFile,
  readFeatureHead,
  readFeatureRows,
  writeFeatureFile,
} from './feature-file.js';
import type { FeaturesLimit } from './features-limit.js';
import { RowIndex } from './row-index.js';

export interface FeatureStoreOptions {
  /** Where all features are kept. */
  readonly dir: string;
  /** Everything but image and view that decides the numbers: body, sizes, transforms, engine. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Numbers in a row. */
  readonly length: number;
  /** What keeps `dir` below a size. @default it grows as it will */
  readonly limit?: FeaturesLimit;
}

/** Rows written as one file: 2.6 MB of EfficientNet-Lite0's. What is computed and not yet written is lost with the process. */
const ROWS_A_FILE = 256;
/** What comes out of the middle of a body is long: fewer such rows make a file, so that they do not fill the memory. */
const BYTES_A_FILE = 16 * 2 ** 20;
const EXTENSION = '.features';

/**
 * What a body made of images, on disk: rows of numbers by `<hash>/<view>`. Files are written once and
 * never changed, so any number of processes may share a folder; the worst that can happen is that
 * two of them compute the same row. A folder may be removed at any time: its rows are then missing.
 */
export class FeatureStore {
  readonly length: number;
  readonly #name: string;
  readonly #options: FeatureStoreOptions;
  readonly #places = new RowIndex();
  readonly #unwritten = new Map<string, Float32Array>();

  private constructor(options: FeatureStoreOptions) {
    const recipe = JSON.stringify(options.recipe);
    this.#name = createHash('sha256').update(recipe).digest('hex');
    this.#options = options;
    this.length = options.length;
  }

  /** Opens the rows of one recipe. Files that are broken, or not ours, are passed over. */
  static async open(options: FeatureStoreOptions): Promise<FeatureStore> {
    const store = new FeatureStore(options);
    await store.use();
    for (const entry of await readdir(store.#folder).catch(() => [])) {
      if (!entry.endsWith(EXTENSION)) continue;
      const file = await readFeatureHead(path.join(store.#folder, entry), options.length);
      if (file) store.#places.add(file, file.keys);
    }
    return store;
  }

  get #folder(): string {
    return path.join(this.#options.dir, this.#name);
  }

  /** Notes that the rows are of use now, so that others are removed first. */
  async use(): Promise<void> {
    await this.#options.limit?.use(this.#name);
  }

  has(key: string): boolean {
    return this.#unwritten.has(key) || this.#places.has(key);
  }

  /**
   * The rows of `keys`, all of which there must be, one after the other. Null where some have vanished
   * from the disk meanwhile: `has` then says which.
   */
  async read(keys: readonly string[]): Promise<Float32Array | null> {
    const out = new Float32Array(keys.length * this.length);
    const byFile = new Map<FeatureFile, { row: number; to: number }[]>();
    for (const [to, key] of keys.entries()) {
      const unwritten = this.#unwritten.get(key);
      if (unwritten) {
        out.set(unwritten, to * this.length);
        continue;
      }
      const place = this.#places.get(key);
      if (place === undefined) throw new RangeError(`Expected features of ${key}, received none`);
      byFile.set(place.file, [...(byFile.get(place.file) ?? []), { row: place.row, to }]);
    }
    const options = { out, length: this.length };
    const reads = [...byFile].map(async ([file, rows]) => {
      const isThere = await readFeatureRows(file, rows, options);
      if (!isThere) this.#places.forget(file);
      return isThere;
    });
    return (await Promise.all(reads)).every((isThere) => isThere) ? out : null;
  }

  /** Keeps rows: `values` holds one for each key. Every few hundred, or fewer long ones, are written as a file. */
  async add(keys: readonly string[], values: Float32Array): Promise<void> {
    for (const [row, key] of keys.entries()) {
      this.#unwritten.set(key, values.slice(row * this.length, (row + 1) * this.length));
      const bytes = this.#unwritten.size * this.length * Float32Array.BYTES_PER_ELEMENT;
      if (this.#unwritten.size >= ROWS_A_FILE || bytes >= BYTES_A_FILE) await this.flush();
    }
  }

  /** Writes what is only in memory. */
  async flush(): Promise<void> {
    if (this.#unwritten.size === 0) return;
    const keys = [...this.#unwritten.keys()];
    const values = new Float32Array(keys.length * this.length);
    for (const [row, key] of keys.entries())
      values.set(this.#unwritten.get(key)!, row * this.length);
    const file = path.join(this.#folder, `${randomUUID()}${EXTENSION}`);
    await this.#options.limit?.makeRoom(values.byteLength);
    this.#places.add(await writeFeatureFile(file, { keys, values }), keys);
    for (const key of keys) this.#unwritten.delete(key);
  }
}
