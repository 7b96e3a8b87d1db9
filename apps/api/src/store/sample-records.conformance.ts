import type { NewDataset } from '../datasets/dataset-store.js';
import type { RunFact } from '../runs/run-event.js';
import type { NewRun } from '../runs/run-store.js';
import type { Store } from './store.js';

/** A place that can be opened more than once at the same time, and again after closing. */
export interface StorePlace {
  open(): Promise<Store>;
}

export const queued: RunFact = { type: 'status', status: 'queued', reason: null, error: null };
export const running: RunFact = { type: 'status', status: 'running', reason: null, error: null };
export const stop: RunFact = { type: 'command-applied', command: 'stop', step: 3 };

export const dataset = (id: string, createdAt = 1): NewDataset => ({
  id,
  name: `dataset ${id}`,
  demo: false,
  createdAt,
  path: '/images',
  labelRule: 'parent-folder',
  validShare: 0.2,
  seed: 42,
});

export const newRun = (id: string, change: Partial<NewRun> = {}): NewRun => ({
  id,
  name: `run ${id}`,
  tags: ['first', '50%_\\'],
  notes: 'of “quotes”',
  starred: false,
  demo: false,
  createdAt: 1,
  datasetId: 'ds_1',
  datasetVersion: 1,
  settings: {
    recipe: 'head',
    phases: [{ kind: 'evaluate' }],
    architecture: 'tf_efficientnet_lite0',
    imageSize: 64,
    batchSize: 8,
    seed: 42,
    validShare: null,
    frozenBody: 'live',
    trainItems: 8,
    validItems: 2,
  },
  clientKey: null,
  inputHash: 'hash',
  ...change,
});

/** Opens a store that has one dataset and one run. */
export async function openWithRun(place: StorePlace) {
  const store = await place.open();
  await store.datasets.create(dataset('ds_1'));
  const run = await store.runs.create(newRun('run_1'));
  return { store, runs: store.runs, run };
}
