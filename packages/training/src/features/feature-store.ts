import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type FeatureFile,
  readFeatureHead,
  readFeatureRows,
  writeFeatureFile,
} from './feature-file.js';

export interface FeatureStoreOptions {
  /** Where all features are kept. */
  readonly dir: string;
  /** Everything but image and view that decides the numbers: body, sizes, transforms, engine. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Numbers in a row. */
  readonly length: number;
}

/** Where a row lies. */
interface Place {
  readonly file: FeatureFile;
  readonly row: number;
}

/** Rows written as one file: 2.6 MB of EfficientNet-Lite0's. What is computed and not yet written is lost with the process. */
const ROWS_A_FILE = 256;
/** What comes out of the middle of a body is long: fewer such rows make a file, so that they do not fill the memory. */
const BYTES_A_FILE = 16 * 2 ** 20;
const EXTENSION = '.features';

/**
 * What a body made of images, on disk: rows of numbers by `<hash>/<view>`. Files are written once and
 * never changed, so any number of processes may share a folder; the worst that can happen is that
 * two of them compute the same row.
 */
export class FeatureStore {
  readonly length: number;
  readonly #folder: string;
  readonly #places: Map<string, Place>;
  readonly #unwritten = new Map<string, Float32Array>();

  private constructor(folder: string, length: number, places: Map<string, Place>) {
    this.#folder = folder;
    this.length = length;
    this.#places = places;
  }

  /** Opens the rows of one recipe. Files that are broken, or not ours, are passed over. */
  static async open({ dir, recipe, length }: FeatureStoreOptions): Promise<FeatureStore> {
    const name = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
    const folder = path.join(dir, name);
    const places = new Map<string, Place>();
    for (const entry of await readdir(folder).catch(() => [])) {
      if (!entry.endsWith(EXTENSION)) continue;
      const file = await readFeatureHead(path.join(folder, entry), length);
      if (file) for (const [row, key] of file.keys.entries()) places.set(key, { file, row });
    }
    return new FeatureStore(folder, length, places);
  }

  has(key: string): boolean {
    return this.#unwritten.has(key) || this.#places.has(key);
  }

  /** The rows of `keys`, all of which there must be, one after the other. */
  async read(keys: readonly string[]): Promise<Float32Array> {
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
    await Promise.all([...byFile].map(([file, rows]) => readFeatureRows(file, rows, options)));
    return out;
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
    await writeFeatureFile(file, { keys, values });
    const written = await readFeatureHead(file, this.length);
    for (const [row, key] of keys.entries()) {
      this.#places.set(key, { file: written!, row });
      this.#unwritten.delete(key);
    }
  }
}
