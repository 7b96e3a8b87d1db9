import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  fitDefaults,
  type Phase,
  readManifest,
  type RunJob,
  useNativeEngine,
} from '@whetstone/training';
import { ask } from '../../../../test/support/graphql.js';
import { startProgram } from '../../../../test/support/program.js';
import { importFolder, runReaches, startRun } from '../../../../test/support/runs.js';
import { subscribe } from '../../../../test/support/subscription.js';
import type { Inputs, Row, Side } from '../row.js';
import { photosOf } from './photo-learner.js';
import { IMAGE_SIZE } from './synthetic.js';

const ARCHITECTURE = 'tf_efficientnet_lite0';
const EPOCHS = 2;
const RATE = 1e-3;
const WATCHERS = 5;
/** The first steps of a process are slow. */
const WARM_UP_STEPS = 5;
const ENGINE_ALONE = fileURLToPath(new URL('engine-alone.ts', import.meta.url));

/** Watching must cost nothing: five people look on from afar while a run trains. */
export const telemetry: Row = {
  id: 'telemetry',
  what:
    `unfrozen train step of ${ARCHITECTURE}, 32 images of 224 px, in a run of the program, events kept ` +
    `and ${WATCHERS} subscribers to every batch`,
  unit: 'ms',
  rounds: { quick: 1, full: 5 },
  needsPhotos: true,
  ours: watchedRun,
  peers: [
    { name: 'the engine alone, without events', bar: 0.99, stretch: 0.995, open: engineAlone },
  ],
};

async function watchedRun(inputs: Inputs): Promise<Side> {
  const { header } = await readManifest(photosOf(inputs.photos).manifestFile);
  const program = await startProgram({
    dataDir: path.join(inputs.scratch, 'data'),
    env: { DATA_ROOTS: header.root, LOG_LEVEL: 'error' },
  });
  process.once('exit', () => void program.stop());
  const datasetId = await importFolder(program.api, header.root, { validShare: 0.2 });
  return {
    async measure() {
      const runId = await startRun(program.api, {
        datasetId,
        architecture: ARCHITECTURE,
        imageSize: IMAGE_SIZE,
        phases: [{ unfreeze: {} }, { fit: { epochs: EPOCHS, learningRate: RATE } }],
      });
      const watchers = Array.from({ length: WATCHERS }, () =>
        subscribe<{ steps: number[] }>(program.api, {
          query: `subscription ($runId: ID!) { batchMetrics(runId: $runId) { steps losses learningRates } }`,
          variables: { runId },
          field: 'batchMetrics',
        }),
      );
      await runReaches(program.api, runId, ['SUCCEEDED']);
      await Promise.all(watchers.map(({ ended }) => ended));
      const times = await batchTimes(program.api, runId);
      for (const { received } of watchers) {
        const seen = received.flatMap(({ steps }) => steps).length;
        if (seen !== times.length)
          throw new Error(`Expected ${times.length} batches at each watcher, received ${seen}`);
      }
      return millisecondsAStep(times);
    },
  };
}

/** In a process of its own each time, as a run of the program is: one that is warm trains a little faster. */
async function engineAlone(inputs: Inputs): Promise<Side> {
  const { manifestFile, imagesDir } = photosOf(inputs.photos);
  const { tensorflow } = await useNativeEngine();
  const job: RunJob = {
    manifestFile,
    imagesDir,
    featuresDir: path.join(inputs.scratch, 'features'),
    split: null,
    architecture: ARCHITECTURE,
    cacheDir: path.resolve(inputs.weightsFile, '../..'),
    imageSize: IMAGE_SIZE,
    batchSize: 32,
    seed: 42,
    frozenBody: 'cached',
    phases: PHASES,
  };
  return {
    versions: { tensorflow },
    async measure() {
      const args = [...process.execArgv, ENGINE_ALONE, JSON.stringify(job)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return millisecondsAStep(JSON.parse(stdout) as number[]);
    },
  };
}

const PHASES: readonly Phase[] = [
  { kind: 'unfreeze', from: 0 },
  { ...fitDefaults, epochs: EPOCHS, learningRate: { kind: 'rate', rate: RATE } },
];

async function batchTimes(address: string, runId: string): Promise<number[]> {
  const { run } = await ask<{ run: { series: { times: string[] } } }>(
    address,
    `query ($id: ID!) { run(id: $id) { series(name: "loss", maxPoints: 100000) { times } } }`,
    { id: runId },
  );
  return run.series.times.map((time) => Date.parse(time));
}

/** Mean time between the ends of batches that follow each other, reading included, epochs' ends left out. */
function millisecondsAStep(times: readonly number[]): number {
  const steady = times.slice(WARM_UP_STEPS);
  const gaps = steady.slice(1).map((time, index) => time - steady[index]!);
  const longest = Math.max(...gaps);
  // The valid split of the first epoch lies in the longest gap.
  return (gaps.reduce((sum, gap) => sum + gap, 0) - longest) / (gaps.length - 1);
}
