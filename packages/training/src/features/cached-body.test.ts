import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, BatchSource, Loaders } from '../data/batch.js';
import { imageFiles } from '../data/items/items.js';
import { parentLabel } from '../data/labels/labellers.js';
import type { Manifest } from '../data/manifest.js';
import type { Split } from '../data/splits/split.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Learner } from '../learner/learner.js';
import { findLearningRate } from '../lr-finder/find-learning-rate.js';
import { fitOneCycle } from '../policies/fit.js';
import { freeze, unfreeze } from '../policies/freeze.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { importImage, presizeFor } from '../vision/files/presized.js';
import { imageLoaders } from '../vision/image-loaders.js';

const IMAGE_SIZE = 32;
const labels = ['circle', 'square'] as const;
let folder: string;
let manifest: Manifest;

beforeAll(async () => {
  await useNativeEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'cached-body-'));
  const root = path.join(folder, 'shapes');
  await drawShapes({ dir: root, classes: labels, perClass: 12, size: 40, seed: 3 });
  const files = await imageFiles(root);
  const side = presizeFor(IMAGE_SIZE);
  const imagesDir = path.join(folder, 'images');
  const images = await Promise.all(
    files.map((file) => importImage({ path: file, imagesDir, side })),
  );
  manifest = {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: 'shapes',
      version: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
      root,
      split: { kind: 'random', validShare: 0.25, seed: 1 },
      labels,
      itemCount: files.length,
    },
    items: images.map((image, index) => ({
      ...image,
      label: parentLabel(files[index]!),
      split: index % 4 === 0 ? ('valid' as const) : ('train' as const),
      source: path.relative(root, files[index]!),
    })),
  };
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Options {
  /** Name of the folder with features; none are kept without it. */
  readonly kept?: string;
  readonly seed?: number;
  readonly splits?: readonly Split[];
}

function loadersOf({ kept, seed = 42, splits }: Options): Loaders {
  return imageLoaders({
    manifest,
    imagesDir: path.join(folder, 'images'),
    imageSize: IMAGE_SIZE,
    statistics: tinyBody,
    batchSize: 4,
    seed,
    ...(splits && { splits }),
    ...(kept !== undefined && { featuresDir: path.join(folder, kept) }),
  });
}

async function newLearner(options: Options = {}): Promise<Learner> {
  const learner = await visionLearner(loadersOf(options), {
    architecture: tinyBody,
    weights: null,
    frozenBody: 'cached',
  });
  freeze(learner);
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

const fitHead = (learner: Learner, losses: number[] = []) =>
  fitOneCycle(learner, 3, {
    learningRate: 1e-2,
    observer: { batch: ({ loss }) => losses.push(loss), epoch: () => undefined },
  });

describe('a head on a cached body', () => {
  it('is given what the body makes of valid images in evaluation mode', async () => {
    const learner = await newLearner({ kept: 'evaluation' });
    const received = await inputsOf(learner.loaders.valid);
    for await (const { inputs, items, targets } of loadersOf({}).valid.batches(0)) {
      const pooled = learner.model.pooledFeatures(inputs);
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
      await fitHead(learner, series);
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
    await fitHead(learner);
    expect(learner.model.bodyFingerprint()).toBe(before);
    learner.dispose();
  });

  it('predicts from features what it predicts from pixels', async () => {
    const learner = await newLearner({ kept: 'predictions' });
    await fitHead(learner);
    const [features, pixels] = [
      await learner.predict(),
      await learner.predict(loadersOf({}).valid),
    ];
    expect(features.items).toEqual(pixels.items);
    for (const [index, loss] of features.losses.entries())
      expect(loss).toBeCloseTo(pixels.losses[index]!, 4);
    learner.dispose();
  });

  it('is not disturbed by a learning-rate finder, which looks at one view only', async () => {
    const losses: number[][] = [[], []];
    for (const [index, series] of losses.entries()) {
      const learner = await newLearner({ kept: `finder ${index}` });
      if (index === 0) await findLearningRate(learner, { steps: 20 });
      await fitHead(learner, series);
      learner.dispose();
    }
    expect(losses[0]).toEqual(losses[1]);
  });

  it('gets pixels again once the body learns, and new features once it is frozen again', async () => {
    const learner = await newLearner({ kept: 'again' });
    const before = await inputsOf(learner.loaders.valid);
    unfreeze(learner);
    expect((await firstBatch(learner.loaders.valid)).isPooled ?? false).toBe(false);
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
    expect((await firstBatch(learner.loaders.train)).isPooled ?? false).toBe(false);
    await fitHead(learner);
    expect(learner.model.bodyFingerprint()).toBe(before);
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
