import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Phase, trainRun } from '@whetstone/training';
import type { Inputs } from '../row.js';
import { IMAGE_SIZE } from './synthetic.js';

/** How an epoch of a run ended, and how long after the run's start. */
export interface EpochEnd {
  readonly seconds: number;
  readonly errorRate: number;
}

export interface RecipeTask {
  readonly phases: readonly Phase[];
  /** Which split to train on. */
  readonly manifestFile: string;
  /** Ends the run once an epoch has this error rate or a lower one. @default after the last phase */
  readonly until?: number;
}

/**
 * Does a run as the server does it, with a cached frozen body and nothing kept from before: the
 * first epochs decode the originals, presize them and compute features.
 */
export async function recipeEpochs(
  { scratch, weightsFile }: Inputs,
  { phases, manifestFile, until = -1 }: RecipeTask,
): Promise<readonly EpochEnd[]> {
  const folder = await mkdtemp(path.join(scratch, 'run-'));
  const ended: EpochEnd[] = [];
  const reached = new AbortController();
  const started = performance.now();
  await trainRun(
    {
      manifestFile,
      imagesDir: path.join(folder, 'images'),
      featuresDir: path.join(folder, 'features'),
      split: null,
      architecture: 'tf_efficientnet_lite0',
      cacheDir: path.resolve(weightsFile, '../..'),
      imageSize: IMAGE_SIZE,
      batchSize: 32,
      seed: 42,
      frozenBody: 'cached',
      phases,
    },
    {
      event(event) {
        if (event.type !== 'epoch-end') return;
        const { value } = event.metrics.find(({ name }) => name === 'errorRate')!;
        ended.push({ seconds: (performance.now() - started) / 1000, errorRate: value });
        if (value <= until) reached.abort();
      },
      predictions: () => undefined,
      bestWeights: () => undefined,
    },
    { signal: reached.signal },
  );
  await rm(folder, { recursive: true });
  return ended;
}
