import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, BatchSource, Loaders } from '../data/batch.js';
import type { Manifest } from '../data/manifest.js';
import type { Split } from '../data/splits/split.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Learner } from '../learner/learner.js';
import { findLearningRate } from '../lr-finder/find-learning-rate.js';
import { type Architecture, bodyLayers } from '../model/body.js';
import { sequential } from '../model/module.js';
import { fitOneCycle } from '../policies/fit.js';
import { freeze, unfreeze } from '../policies/freeze.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { importFolder } from '../testing/import-folder.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner, type VisionLearnerOptions } from '../vision-learner.js';
import { imageLoaders } from '../vision/image-loaders.js';

const IMAGE_SIZE = 32;
const labels = ['circle', 'square'] as const;
/** The tiny body in one layer, which cannot be cut between its two groups. */
const tinyInOne: Architecture = {
  ...tinyBody,
  build: (store) => sequential(bodyLayers(tinyBody, store)),
};
let folder: string;
let manifest: Manifest;

beforeAll(async () => {
  await useNativeEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'cached-body-'));
  const root = path.join(folder, 'shapes');
  await drawShapes({ dir: root, classes: labels, perClass: 12, size: 40, seed: 3 });
  const imagesDir = path.join(folder, 'images');
  manifest = await importFolder({ root, imagesDir, imageSize: IMAGE_SIZE, validEvery: 4 });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Options {
  /** Name of the folder with features; none are kept without it. */
  readonly kept?: string;
  readonly seed?: number;
  readonly splits?: readonly Split[];
  /** False: train images look as valid ones do. */
  readonly augment?: false;
  /** First layer group that learns: -1 is the head's. */
  readonly from?: number;
  readonly model?: Partial<Pick<VisionLearnerOptions, 'architecture' | 'frozenBody'>>;
}

function loadersOf({ kept, seed = 42, splits, augment }: Options): Loaders {
  return imageLoaders({
    manifest,
    imagesDir: path.join(folder, 'images'),
    imageSize: IMAGE_SIZE,
    statistics: tinyBody,
    batchSize: 4,
    seed,
    ...(splits && { splits }),
    ...(augment === false && { augment }),
    ...(kept !== undefined && { featuresDir: path.join(folder, kept) }),
  });
}

async function newLearner(options: Options = {}): Promise<Learner> {
  const learner = await visionLearner(loadersOf(options), {
    architecture: tinyBody,
    weights: null,
    frozenBody: 'cached',
    ...options.model,
  });
  learner.freezeTo(options.from ?? -1);
  return learner;
}

/** Every number of every batch of an epoch, by item. */
async function inputsOf(source: BatchSource, epoch = 0): Promise<Map<number, number[]>> {
  const byItem = new Map<number, number[]>();
  for await (const batch of source.batches(epoch)) {
    const values = await batch.inputs.data();
    const size = values.length / batch.items.length;
    for (const [row, item] of batch.items.entries())
      byItem.set(item, [...values.slice(row * size, (row + 1) * size)]);
    tf.dispose([batch.inputs, batch.targets]);
  }
  return byItem;
}

async function firstBatch(source: BatchSource): Promise<Batch> {
  for await (const batch of source.batches(0)) return batch;
  throw new Error('no batch');
}

/** Where the first train batch of a learner enters the model, and as what. */
async function entrance(learner: Learner): Promise<{ group: number; shape: readonly number[] }> {
  const { inputs, targets, entersAt = 0 } = await firstBatch(learner.loaders.train);
  tf.dispose([inputs, targets]);
  return { group: entersAt, shape: inputs.shape };
}

/** Files of features that are kept under that name. */
async function filesOf(kept: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, kept), { recursive: true });
  return entries.filter((entry) => entry.endsWith('.features')).sort();
}

const fitIt = (learner: Learner, losses: number[] = []) =>
  fitOneCycle(learner, 3, {
    learningRate: 1e-2,
    observer: { batch: ({ loss }) => losses.push(loss), epoch: () => undefined },
  });

/** Demands of the valid split the same predictions from features as from pixels. */
async function expectPixelsToSayTheSame(learner: Learner): Promise<void> {
  const features = await learner.predict();
  const pixels = await learner.predict(loadersOf({}).valid);
  expect(features.items).toEqual(pixels.items);
  for (const [index, loss] of features.losses.entries())
    expect(loss).toBeCloseTo(pixels.losses[index]!, 4);
}

describe('a head on a cached body', () => {
  it('is given what the body makes of valid images in evaluation mode', async () => {
    const learner = await newLearner({ kept: 'evaluation' });
    const received = await inputsOf(learner.loaders.valid);
    for await (const { inputs, items, targets } of loadersOf({}).valid.batches(0)) {
      const pooled = learner.model.groupInputs(inputs, 2);
      const values = await pooled.data();
      for (const [row, item] of items.entries())
        for (const [index, value] of received.get(item)!.entries())
          expect(value).toBeCloseTo(values[row * received.get(item)!.length + index]!, 5);
      tf.dispose([inputs, targets, pooled]);
    }
    learner.dispose();
  });

  it('learns the same, bit for bit, from features that are computed and from those that are kept', async () => {
    const losses: number[][] = [[], []];
    for (const series of losses) {
      const learner = await newLearner({ kept: 'twice' });
      await fitIt(learner, series);
      learner.dispose();
    }
    expect(losses[0]).toHaveLength(3 * 4);
    expect(losses[1]).toEqual(losses[0]);
  });

  it('finds the same bits where the features were computed in two goes, beside other images', async () => {
    const half = manifest.items.map(({ split }, item) =>
      split === 'train' && item % 3 === 0 ? ('valid' as const) : split,
    );
    const first = await newLearner({ kept: 'two goes', splits: half });
    await inputsOf(first.loaders.train);
    const second = await newLearner({ kept: 'two goes' });
    const fresh = await newLearner({ kept: 'one go' });
    for (const epoch of [0, 4])
      expect(await inputsOf(second.loaders.train, epoch)).toEqual(
        await inputsOf(fresh.loaders.train, epoch),
      );
    for (const learner of [first, second, fresh]) learner.dispose();
  });

  it('sees four looks of each train image, and those again', async () => {
    const learner = await newLearner({ kept: 'looks' });
    const { train } = learner.loaders;
    const everyLook = new Set<string>();
    for (let epoch = 0; epoch < 5; epoch += 1) {
      const seen = await inputsOf(train, epoch);
      const item = [...seen.keys()].sort((left, right) => left - right)[0]!;
      everyLook.add(`${item}: ${seen.get(item)!.join()}`);
    }
    expect(everyLook.size).toBe(4);
    learner.dispose();
  });

  it('shares its features with runs of another seed', async () => {
    const [one, other] = [
      await newLearner({ kept: 'seeds', seed: 1 }),
      await newLearner({ kept: 'seeds', seed: 2 }),
    ];
    const [first, second] = [
      await inputsOf(one.loaders.train),
      await inputsOf(other.loaders.train),
    ];
    for (const [item, values] of second)
      if (first.has(item)) expect(first.get(item)).toEqual(values);
    for (const learner of [one, other]) learner.dispose();
  });

  it('leaves the body as it is, its norm parameters and running statistics too', async () => {
    const learner = await newLearner({ kept: 'body' });
    const before = learner.model.bodyFingerprint();
    await fitIt(learner);
    expect(learner.model.bodyFingerprint()).toBe(before);
    learner.dispose();
  });

  it('predicts from features what it predicts from pixels', async () => {
    const learner = await newLearner({ kept: 'predictions' });
    await fitIt(learner);
    await expectPixelsToSayTheSame(learner);
    learner.dispose();
  });

  it('is not disturbed by a learning-rate finder, which looks at one view only', async () => {
    const losses: number[][] = [[], []];
    for (const [index, series] of losses.entries()) {
      const learner = await newLearner({ kept: `finder ${index}` });
      if (index === 0) await findLearningRate(learner, { steps: 20 });
      await fitIt(learner, series);
      learner.dispose();
    }
    expect(losses[0]).toEqual(losses[1]);
  });

  it('gets pixels again once the body learns, and new features once it is frozen again', async () => {
    const learner = await newLearner({ kept: 'again' });
    const before = await inputsOf(learner.loaders.valid);
    unfreeze(learner);
    expect((await firstBatch(learner.loaders.valid)).entersAt ?? 0).toBe(0);
    await fitOneCycle(learner, 1, { learningRate: 1e-2 });
    freeze(learner);
    const after = await inputsOf(learner.loaders.valid);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after).not.toEqual(before);
    learner.dispose();
  });

  it('trains alike without a place to keep features', async () => {
    const learner = await newLearner();
    const before = learner.model.bodyFingerprint();
    expect((await firstBatch(learner.loaders.train)).entersAt ?? 0).toBe(0);
    await fitIt(learner);
    expect(learner.model.bodyFingerprint()).toBe(before);
    learner.dispose();
  });

  it('computes again what vanishes from the disk while it is in use', async () => {
    const learner = await newLearner({ kept: 'vanishing' });
    const { train } = learner.loaders;
    const before = await inputsOf(train, 0);
    await rm(path.join(folder, 'vanishing'), { recursive: true });
    expect(await inputsOf(train, 0)).toEqual(before);
    let batches = 0;
    const during = await inputsOf({
      ...train,
      async *batches(epoch) {
        for await (const batch of train.batches(epoch)) {
          batches += 1;
          if (batches === 2) await rm(path.join(folder, 'vanishing'), { recursive: true });
          yield batch;
        }
      },
    });
    expect(during).toEqual(before);
    learner.dispose();
  });

  it('leaves no tensor behind, also where its loop is left early', async () => {
    const learner = await newLearner({ kept: 'leaks' });
    await assertNoTensorLeak(async () => {
      const batch = await firstBatch(learner.loaders.train);
      tf.dispose([batch.inputs, batch.targets]);
      await inputsOf(learner.loaders.train);
    });
    learner.dispose();
  });
});

describe('a cached body that is frozen in part', () => {
  const from = 1;
  const valuesOf = (learner: Learner, group: number) =>
    learner.model.layerGroups[group]!.map(({ variable }) => [...variable.dataSync()]);

  it('is given what its frozen groups make of valid images in evaluation mode', async () => {
    const learner = await newLearner({ kept: 'cut evaluation', from });
    expect(await entrance(learner)).toEqual({ group: 1, shape: [4, 16, 16, 16] });
    const received = await inputsOf(learner.loaders.valid);
    for await (const { inputs, items, targets } of loadersOf({}).valid.batches(0)) {
      const maps = learner.model.groupInputs(inputs, from);
      const values = await maps.data();
      const size = values.length / items.length;
      for (const [row, item] of items.entries()) {
        const expected = values.subarray(row * size, (row + 1) * size);
        const far = received.get(item)!.map((value, index) => Math.abs(value - expected[index]!));
        expect(far).toHaveLength(size);
        expect(Math.max(...far)).toBeLessThan(1e-5);
      }
      tf.dispose([inputs, targets, maps]);
    }
    learner.dispose();
  });

  it('learns the same, bit for bit, from features that are computed and from those that are kept', async () => {
    const losses: number[][] = [[], []];
    const files: string[][] = [];
    const weights: number[][][] = [];
    for (const series of losses) {
      const learner = await newLearner({ kept: 'cut twice', from });
      await fitIt(learner, series);
      files.push(await filesOf('cut twice'));
      weights.push([1, 2].flatMap((group) => valuesOf(learner, group)));
      learner.dispose();
    }
    expect(losses[0]).toHaveLength(3 * 4);
    expect(losses[1]).toEqual(losses[0]);
    expect(weights[1]).toEqual(weights[0]);
    expect(files[0]).not.toHaveLength(0);
    expect(files[1]).toEqual(files[0]);
  });

  it('learns from features what it learns from pixels that look the same', async () => {
    const losses: number[][] = [[], []];
    for (const [index, series] of losses.entries()) {
      const kept = index === 0 ? { kept: 'cut like pixels' } : {};
      const learner = await newLearner({ ...kept, from, augment: false });
      expect((await entrance(learner)).group).toBe(index === 0 ? 1 : 0);
      await fitIt(learner, series);
      learner.dispose();
    }
    for (const [step, loss] of losses[0]!.entries()) expect(loss).toBeCloseTo(losses[1]![step]!, 3);
  });

  it('leaves the frozen groups as they are, and teaches the others', async () => {
    const learner = await newLearner({ kept: 'cut groups', from });
    const before = [0, 1, 2].map((group) => valuesOf(learner, group));
    const [frozen, whole] = [learner.model.bodyFingerprint(1), learner.model.bodyFingerprint()];
    await fitIt(learner);
    const after = [0, 1, 2].map((group) => valuesOf(learner, group));
    expect(after.map((values, group) => values.join() === before[group]!.join())).toEqual([
      true,
      false,
      false,
    ]);
    expect(learner.model.bodyFingerprint(1)).toBe(frozen);
    expect(learner.model.bodyFingerprint()).not.toBe(whole);
    learner.dispose();
  });

  it('finds its features again after the other groups have learned, not after the frozen have', async () => {
    const kept = 'cut again';
    const learner = await newLearner({ kept, from });
    await inputsOf(learner.loaders.train);
    const files = await filesOf(kept);
    await fitOneCycle(learner, 1, { learningRate: 1e-2 });
    const ofValid = await filesOf(kept);
    expect(ofValid.length).toBeGreaterThan(files.length);
    learner.freezeTo(from);
    for (const source of [learner.loaders.train, learner.loaders.valid]) await inputsOf(source);
    expect(await filesOf(kept)).toEqual(ofValid);
    unfreeze(learner);
    await fitOneCycle(learner, 1, { learningRate: 1e-2 });
    learner.freezeTo(from);
    await inputsOf(learner.loaders.valid);
    expect(await filesOf(kept)).toHaveLength(ofValid.length + 1);
    learner.dispose();
  });

  it('keeps the features of each cut apart', async () => {
    const learner = await newLearner({ kept: 'cuts', from });
    await inputsOf(learner.loaders.valid);
    freeze(learner);
    expect(await entrance(learner)).toEqual({ group: 2, shape: [4, 1, 1, 32] });
    await inputsOf(learner.loaders.valid);
    learner.freezeTo(from);
    expect(await entrance(learner)).toEqual({ group: 1, shape: [4, 16, 16, 16] });
    const recipes = (await filesOf('cuts')).map((file) => path.dirname(file));
    // Train and valid look otherwise, at either cut.
    expect(new Set(recipes).size).toBe(4);
    learner.dispose();
  });

  it('predicts from features what it predicts from pixels', async () => {
    const learner = await newLearner({ kept: 'cut predictions', from });
    await fitIt(learner);
    await expectPixelsToSayTheSame(learner);
    learner.dispose();
  });

  it('is not disturbed by a learning-rate finder', async () => {
    const losses: number[][] = [[], []];
    for (const [index, series] of losses.entries()) {
      const learner = await newLearner({ kept: `cut finder ${index}`, from });
      if (index === 0) {
        const { points } = await findLearningRate(learner, { steps: 20, stopOnDivergence: false });
        expect(points).toHaveLength(20);
      }
      await fitIt(learner, series);
      learner.dispose();
    }
    expect(losses[0]).toEqual(losses[1]);
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(async () => {
      for (const epochs of [1, 2]) {
        const learner = await newLearner({ kept: 'cut leaks', from });
        await fitOneCycle(learner, epochs, { learningRate: 1e-2 });
        await findLearningRate(learner, { steps: 2 });
        const { inputs, targets } = await firstBatch(learner.loaders.augmentedValid!);
        tf.dispose([inputs, targets]);
        learner.dispose();
      }
    });
  });

  it.each<[string, Options['model']]>([
    ['it is one layer', { architecture: tinyInOne }],
    ['its norms go on learning', { frozenBody: 'live' }],
  ])('runs every time where %s', async (_reason, model) => {
    const learner = await newLearner({ kept: 'cut nowhere', from, ...(model && { model }) });
    expect(await entrance(learner)).toEqual({ group: 0, shape: [4, IMAGE_SIZE, IMAGE_SIZE, 3] });
    const before = valuesOf(learner, 1);
    await fitOneCycle(learner, 1, { learningRate: 1e-2 });
    expect(valuesOf(learner, 1)).not.toEqual(before);
    learner.dispose();
  });

  it('is cached before its head, even where it is one layer', async () => {
    const learner = await newLearner({ kept: 'one layer', model: { architecture: tinyInOne } });
    expect(await entrance(learner)).toEqual({ group: 2, shape: [4, 1, 1, 32] });
    learner.dispose();
  });
});

describe('an unfrozen cached body', () => {
  it('learns with the running statistics of its weights, which stay', async () => {
    const learner = await newLearner();
    unfreeze(learner);
    const statistics = () =>
      learner.model.buffers
        .filter(({ name }) => !name.startsWith('head.'))
        .map(({ variable }) => [...variable.dataSync()]);
    const weights = () => [...learner.model.parameters[0]!.variable.dataSync()];
    const [statisticsBefore, weightsBefore] = [statistics(), weights()];
    await fitOneCycle(learner, 1, { learningRate: 1e-2 });
    expect(statistics()).toEqual(statisticsBefore);
    expect(weights()).not.toEqual(weightsBefore);
    learner.dispose();
  });
});
