import { stat } from 'node:fs/promises';
import { recipePhases } from '@whetstone/training';
import type { DatasetService } from './datasets/dataset-service.js';
import { freshId } from './ids.js';
import type { RunService } from './runs/run-service.js';
import type { Store } from './store/store.js';

const FALLBACK_RATE = 2e-3;
/** `fineTune` at the rate that a finder suggests. */
const DEMO_PHASES = recipePhases('fine-tune', {
  learningRateFrom: 'valley',
  learningRate: FALLBACK_RATE,
});

export interface DemoOptions {
  readonly store: Store;
  readonly datasets: DatasetService;
  readonly runs: RunService;
  readonly imagesDir: string;
}

/** The name under which a store keeps the id of the dataset that came with the program. */
export const DEMO_DATASET = 'demo-dataset';

/**
 * Gives a first start something to show: imports the images that came with the program, and trains
 * on them behind any run of the person’s own. Only once: what was begun is remembered.
 */
export async function startDemo({ store, datasets, runs, imagesDir }: DemoOptions): Promise<void> {
  if (!(await isFolder(imagesDir))) return;
  const isFirst = (await store.recall(DEMO_DATASET)) === undefined;
  if (isFirst && (await hasRuns(store))) return;

  const id = await store.remember(DEMO_DATASET, freshId('ds'));
  const dataset = (await store.datasets.find(id)) ?? (await datasets.importDemo(id, imagesDir));
  await datasets.imported(id);
  if ((await datasets.find(id)).status !== 'ready') return;
  await runs.start(
    {
      datasetId: dataset.id,
      name: 'Everyday things, demo',
      clientKey: 'whetstone-demo',
    },
    { demo: true, phases: DEMO_PHASES },
  );
}

async function hasRuns({ runs }: Store): Promise<boolean> {
  const { totalCount } = await runs.list({ limit: 1, orderBy: 'created-at', descending: true });
  return totalCount > 0;
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
