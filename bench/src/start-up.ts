import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { importFolder, runReaches, startRun } from '../../test/support/runs.js';
import { subscribe } from '../../test/support/subscription.js';
import { ApiProcess, buildApi } from './api-process.js';
import { photoFolder } from './comparison/photos.js';
import { median } from './comparison/report/figures.js';
import { measuredHere } from './comparison/report/machine.js';

const ROUNDS = 5;

/**
 * From `startRun` to the first batch at a subscriber: `npm run bench -- start-up [--photos FOLDER]`.
 * The first run finds nothing kept of the dataset, those after it find its features.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { photos: { type: 'string' } } });
  const { root } = photoFolder(values.photos ?? null);
  buildApi();
  console.log(await measuredHere());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'whetstone-start-up-'));
  const api = await ApiProcess.start(dataDir, root);
  try {
    const datasetId = await importFolder(api.address, root);
    const [first, ...later] = await secondsToFirstBatch(api.address, datasetId);
    const known = later.map((seconds) => seconds.toFixed(2)).join(', ');
    console.log(`first run of the dataset: ${first!.toFixed(2)} s`);
    console.log(`later ones: median ${median(later).toFixed(2)} s (${known})`);
  } finally {
    await api.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function secondsToFirstBatch(address: string, datasetId: string): Promise<number[]> {
  const seconds: number[] = [];
  while (seconds.length <= ROUNDS) {
    const started = performance.now();
    const runId = await startRun(address, { datasetId, recipe: 'HEAD' });
    const batches = subscribe<{ steps: number[] }>(address, {
      query: `subscription ($runId: ID!) { batchMetrics(runId: $runId) { steps } }`,
      variables: { runId },
      field: 'batchMetrics',
    });
    await batches.until((received) => received.some(({ steps }) => steps.length > 0));
    seconds.push((performance.now() - started) / 1000);
    await runReaches(address, runId, ['SUCCEEDED']);
  }
  return seconds;
}
