import path from 'node:path';
import { type Manifest, readManifest } from '@whetstone/training';
import type { Data, ImportDatasetInput } from '@whetstone/schema';
import type { Logger } from 'pino';
import { BoundedMap } from '../bounded-map.js';
import { badInput, messageOf, notFound } from '../errors.js';
import { freshId } from '../ids.js';
import type { WakeBus } from '../runs/wake-bus.js';
import type { DataRoots } from './data-roots.js';
import type {
  DatasetRecord,
  DatasetStore,
  DatasetVersionRecord,
  NewDataset,
} from './dataset-store.js';
import { importFolder, type ImportPlaces } from './import-dataset.js';

export interface ImportProgress {
  readonly done: number;
  readonly total: number | null;
  readonly imagesPerSecond: number | null;
}

export interface DatasetServiceOptions {
  readonly store: DatasetStore;
  readonly roots: DataRoots;
  readonly dataDir: string;
  /** Wakes those who watch a dataset. */
  readonly bus: WakeBus;
  readonly log: Logger;
}

/** Manifests kept in memory: pages and matrices ask for items one by one. */
const MANIFESTS_KEPT = 8;

/** Imports datasets and finds them again. */
export class DatasetService {
  readonly roots: DataRoots;
  readonly #store: DatasetStore;
  readonly #bus: WakeBus;
  readonly #log: Logger;
  readonly #places: ImportPlaces;
  readonly #progress = new Map<string, ImportProgress>();
  readonly #manifests = new BoundedMap<string, Promise<Manifest>>(MANIFESTS_KEPT);
  readonly #closing = new AbortController();
  readonly #imports = new Map<string, Promise<void>>();

  constructor({ store, roots, dataDir, bus, log }: DatasetServiceOptions) {
    this.#store = store;
    this.roots = roots;
    this.#bus = bus;
    this.#log = log;
    this.#places = {
      imagesDir: path.join(dataDir, 'images'),
      manifestFile: (id, version) => path.join(dataDir, 'datasets', id, `v${version}.ndjson`),
    };
  }

  get imagesDir(): string {
    return this.#places.imagesDir;
  }

  /** Begins to import a folder inside the data roots, and returns at once. */
  async import(input: Data<ImportDatasetInput>): Promise<DatasetRecord> {
    const name = input.name.trim();
    if (name === '' || name.length > 200) {
      throw badInput('name', { expected: 'a name of 1 to 200 characters', received: input.name });
    }
    const validShare = input.validShare ?? 0.2;
    if (!(validShare >= 0.01 && validShare <= 0.9)) {
      throw badInput('validShare', { expected: 'from 0.01 to 0.9', received: validShare });
    }
    return this.#begin({
      id: freshId('ds'),
      name,
      demo: false,
      path: await this.roots.resolve(input.path),
      labelRule: input.labels?.rule ?? 'parent-folder',
      validShare,
      seed: input.seed ?? 42,
    });
  }

  /** Begins to import the images that came with the program, wherever they lie. */
  async importDemo(id: string, folder: string): Promise<DatasetRecord> {
    return this.#begin({
      id,
      name: 'Everyday things',
      demo: true,
      path: folder,
      labelRule: 'parent-folder',
      validShare: 0.2,
      seed: 42,
    });
  }

  /** Returns once the import of a dataset has ended, if one is under way. */
  async imported(id: string): Promise<void> {
    await this.#imports.get(id);
  }

  /** Goes on with imports that the end of the program cut off. */
  async resumeImports(): Promise<void> {
    for (const dataset of await this.#store.importing()) this.#run(dataset);
  }

  async find(id: string): Promise<DatasetRecord> {
    const dataset = await this.#store.find(id);
    if (dataset === undefined) throw notFound('dataset', id);
    return dataset;
  }

  progress(id: string): ImportProgress | null {
    return this.#progress.get(id) ?? null;
  }

  /** A version of a dataset, the newest if not said; undefined while there is none. */
  async version(
    dataset: DatasetRecord,
    number = dataset.version,
  ): Promise<DatasetVersionRecord | undefined> {
    return this.#store.version(dataset.id, number);
  }

  manifestFile(id: string, version: number): string {
    return this.#places.manifestFile(id, version);
  }

  async manifest(id: string, version: number): Promise<Manifest> {
    const file = this.manifestFile(id, version);
    const manifest = this.#manifests.getOrMake(file, () => readManifest(file));
    manifest.catch(() => {
      this.#manifests.delete(file);
    });
    return manifest;
  }

  /** Ends imports under way; the next start does them again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#imports.values());
  }

  async #begin(dataset: Omit<NewDataset, 'createdAt'>): Promise<DatasetRecord> {
    const record = await this.#store.create({ ...dataset, createdAt: Date.now() });
    this.#run(record);
    return record;
  }

  #run(dataset: DatasetRecord): void {
    const running = this.#importNow(dataset).finally(() => {
      this.#imports.delete(dataset.id);
    });
    this.#imports.set(dataset.id, running);
  }

  async #importNow(dataset: DatasetRecord): Promise<void> {
    const started = Date.now();
    const signal = this.#closing.signal;
    try {
      const { outcome, version } = await importFolder(dataset, {
        places: this.#places,
        signal,
        onProgress: ({ done, total }) => {
          const seconds = (Date.now() - started) / 1000;
          const imagesPerSecond = done > 0 && seconds > 0 ? done / seconds : null;
          this.#progress.set(dataset.id, { done, total, imagesPerSecond });
          this.#bus.wake(dataset.id);
        },
      });
      if (version !== null) await this.#store.addVersion(version);
      await this.#store.finishImport(dataset.id, outcome);
    } catch (error) {
      if (!signal.aborted) await this.#fail(dataset, error);
    } finally {
      this.#progress.delete(dataset.id);
      this.#bus.wake(dataset.id);
    }
  }

  async #fail(dataset: DatasetRecord, error: unknown): Promise<void> {
    this.#log.error({ err: error, datasetId: dataset.id }, 'import failed');
    await this.#store.finishImport(dataset.id, {
      status: 'failed',
      error: {
        code: 'DATASET_UNREADABLE',
        message: `Expected to read ${dataset.path}, received: ${messageOf(error)}. Check that the folder is readable and that the disk has room, then import it again`,
      },
      problems: [],
    });
  }
}
