import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource } from '../data/batch.js';
import { parentLabel } from '../data/labels/labellers.js';
import { randomSplitter } from '../data/splits/splitters.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { dataBlock } from './image-data-block.js';
import { presizing, type PresizingOptions } from './presizing.js';

const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
let root: string;

beforeAll(async () => {
  await useNativeEngine();
  root = await mkdtemp(path.join(tmpdir(), 'presizing-'));
  await drawShapes({ dir: root, classes: ['circle', 'square'], perClass: 5, size: 64, seed: 3 });
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

const loadersOf = (options: Partial<PresizingOptions> = {}) =>
  dataBlock({
    label: parentLabel,
    split: randomSplitter({ valid: 0.2, seed: 1 }),
    ...presizing({ imageSize: 28, statistics, ...options }),
  }).loaders(root, { batchSize: 4 });

/** Inputs of every item, by its position. */
async function inputsOf(source: BatchSource, epoch = 0) {
  const rows = new Map<number, string>();
  for await (const { inputs, targets, items } of source.batches(epoch)) {
    const values = await inputs.data();
    for (const [row, item] of items.entries())
      rows.set(item, values.slice(row * 28 * 28 * 3, (row + 1) * 28 * 28 * 3).join());
    tf.dispose([inputs, targets]);
  }
  return rows;
}

describe('presizing', () => {
  it('says how valid images are prepared: a square of 32 for a model of 28', async () => {
    const { preprocessing } = await loadersOf();
    expect(preprocessing).toEqual({ side: 32, imageSize: 28, ...statistics });
  });

  it('augments train images anew every epoch, and valid ones never', async () => {
    const { train, valid, trainInOrder } = await loadersOf();
    const [first, second] = [await inputsOf(train, 0), await inputsOf(train, 1)];
    for (const [item, inputs] of first) expect(second.get(item)).not.toBe(inputs);
    expect(await inputsOf(valid, 1)).toEqual(await inputsOf(valid, 0));
    const inOrder = await inputsOf(trainInOrder!);
    expect([...inOrder.keys()]).toEqual([...inOrder.keys()].sort((a, b) => a - b));
    expect(inOrder.size).toBe(8);
    expect(await inputsOf(trainInOrder!, 1)).toEqual(inOrder);
  });

  it('has valid images augmented in order, for test-time augmentation', async () => {
    const { valid, augmentedValid } = await loadersOf();
    const [plain, first] = [await inputsOf(valid), await inputsOf(augmentedValid!, 0)];
    const second = await inputsOf(augmentedValid!, 1);
    expect([...first.keys()]).toEqual([...plain.keys()]);
    for (const [item, inputs] of first)
      expect(new Set([inputs, plain.get(item), second.get(item)]).size).toBe(3);
  });

  it('leaves train images as valid ones are when told so', async () => {
    const { train, trainInOrder } = await loadersOf({ augment: false });
    const plain = await inputsOf(trainInOrder!);
    for (const [item, inputs] of await inputsOf(train)) expect(inputs).toBe(plain.get(item));
  });

  it('leaves no tensor behind', async () => {
    const { train } = await loadersOf();
    await assertNoTensorLeak(() => inputsOf(train));
  });
});
