import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeManifest } from '../data/manifest.js';
import { useNativeEngine } from '../engine/native.js';
import { readCheckpoint, writeCheckpoint } from '../learner/checkpoint.js';
import { registerArchitecture } from '../model/architecture.js';
import { createVisionModel, type FrozenBody } from '../model/vision-model.js';
import { adam } from '../optimizer/adam.js';
import { sgd } from '../optimizer/sgd.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { importFolder } from '../testing/import-folder.js';
import { tinyBody } from '../testing/tiny-body.js';
import { withLearner } from '../testing/with-learner.js';
import { fitDefaults, lrFindDefaults } from './recipes.js';
import type { CheckpointPlace, RunJob } from './run-job.js';
import { trainRun, type TrainRunOptions } from './train-run.js';

const imageSize = 32;
let folder: string;

beforeAll(async () => {
  await useNativeEngine();
  registerArchitecture(tinyBody);
  folder = await mkdtemp(path.join(tmpdir(), 'resume-'));
  const root = path.join(folder, 'shapes');
  const classes = ['circle', 'square', 'triangle'] as const;
  await drawShapes({ dir: root, classes, perClass: 12, size: 90, seed: 5 });
  const manifest = await importFolder({ root, imagesDir: path.join(folder, 'images'), imageSize });
  await writeManifest(path.join(folder, 'manifest.ndjson'), manifest);
  await mkdir(path.join(folder, 'weights'));
  const model = createVisionModel({ architecture: tinyBody, classes: 3, seed: 1, weights: null });
  await writeFile(path.join(folder, 'weights/tiny.safetensors'), model.toSafetensors());
  model.dispose();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const job = (frozenBody: FrozenBody): RunJob => ({
  manifestFile: path.join(folder, 'manifest.ndjson'),
  imagesDir: path.join(folder, 'images'),
  featuresDir: path.join(folder, 'features'),
  split: null,
  architecture: tinyBody.name,
  cacheDir: folder,
  imageSize,
  batchSize: 8,
  seed: 1,
  frozenBody,
  // The second fit takes its rate from a finder that ran before it.
  phases: [
    { ...fitDefaults, epochs: 2, learningRate: { kind: 'rate', rate: 1e-2 } },
    { ...lrFindDefaults, steps: 6 },
    { kind: 'unfreeze', from: 0 },
    {
      ...fitDefaults,
      epochs: 2,
      learningRate: {
        kind: 'suggestion',
        method: 'valley',
        scale: 1,
        spread: null,
        fallback: 1e-3,
      },
    },
    { kind: 'evaluate' },
  ],
  checkpointSeconds: 0,
});

interface Checkpoint extends CheckpointPlace {
  readonly file: Uint8Array;
  /** How much had been reported before it. */
  readonly reported: number;
}

/** Everything that a run reports but times, in order, and its checkpoints. */
async function reportsOf(frozenBody: FrozenBody, options: TrainRunOptions = {}) {
  const reports: unknown[] = [];
  const checkpoints: Checkpoint[] = [];
  const reporter = {
    event: (event: object) => reports.push(timeless(event)),
    predictions: (...said: unknown[]) => reports.push(said),
    bestWeights: (epoch: number, step: number, file: Uint8Array) =>
      reports.push([epoch, step, sha256(file)]),
    checkpoint: (place: CheckpointPlace, file: Uint8Array) =>
      checkpoints.push({ ...place, file, reported: reports.length }),
  };
  await trainRun(job(frozenBody), reporter, options);
  return { reports, checkpoints };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const timeless = (event: object): object =>
  Object.fromEntries(Object.entries(event).filter(([key]) => !['times', 'seconds'].includes(key)));

describe.each(['cached', 'live'] as const)('a run with a %s body', (frozenBody) => {
  it('goes on from any of its checkpoints as if nothing had happened, bit for bit', async () => {
    const whole = await reportsOf(frozenBody);
    const { checkpoints } = whole;
    // One after each batch and each epoch of both fits, and after the finder and the evaluation.
    const batches = checkpoints.at(-1)!.step;
    expect(checkpoints).toHaveLength(batches + 4 + 2);

    for (const [index, { file, reported }] of checkpoints.entries()) {
      const rest = await reportsOf(frozenBody, { from: file });
      expect(rest.reports).toEqual(whole.reports.slice(reported));
      expect(rest.checkpoints.map((checkpoint) => sha256(checkpoint.file))).toEqual(
        checkpoints.slice(index + 1).map((checkpoint) => sha256(checkpoint.file)),
      );
    }
  });
});

it('a run that was adjusted goes on from any of its checkpoints, if it is adjusted again at the same step', async () => {
  // Before the last batch of the first epoch: two of the first fit, then three, at half the rate.
  const adjust = (step: number) =>
    step === 2 ? { learningRateFactor: 0.5, epochsToGo: 3 } : undefined;
  const whole = await reportsOf('cached', { adjust });
  const adjusted = { type: 'adjusted', phase: 0, step: 2, learningRateFactor: 0.5, epochs: 3 };
  expect(whole.reports).toContainEqual(adjusted);
  expect(whole.reports).not.toEqual((await reportsOf('cached')).reports);
  // Before the adjustment and behind it.
  for (const { file, reported } of whole.checkpoints.slice(0, 6)) {
    const rest = await reportsOf('cached', { from: file, adjust });
    expect(rest.reports).toEqual(whole.reports.slice(reported));
  }
});

describe('a checkpoint', () => {
  it.each([
    ['Adam', adam],
    ['SGD', sgd],
  ])('keeps what %s remembers, and gradients that wait', async (_name, optimizer) => {
    const options = { optimizer: optimizer(), accumulate: 3 };
    const schedule = () => ({
      learningRates: [1e-3, 1e-3, 1e-3],
      momentum: 0.9,
      weightDecay: 0.01,
    });
    await withLearner(async (learner) => {
      const files: Uint8Array[] = [];
      const whole = () => files.push(writeCheckpoint(learner.state(), null));
      learner.freezeTo(0);
      const hears = { batch: () => undefined, epoch: () => undefined, whole };
      await learner.fit(2, { schedule, observer: hears });
      for (const file of files) {
        const { state } = readCheckpoint(file);
        learner.load(state);
        expect(sha256(writeCheckpoint(learner.state(), null))).toBe(sha256(file));
      }
    }, options);
  });

  it.each([
    ['a file that is none', new Uint8Array(100), 'a damaged file'],
    ['a cut off file', undefined, 'a damaged file'],
  ])('refuses %s', async (_name, given, received) => {
    const file = given ?? (await reportsOf('live')).checkpoints[0]!.file.slice(0, -100);
    expect(() => readCheckpoint(file)).toThrow(received);
    await expect(reportsOf('live', { from: file })).rejects.toMatchObject({
      code: 'CHECKPOINT_UNREADABLE',
    });
  });
});
