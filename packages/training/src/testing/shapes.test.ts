import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { decodeImage } from '../vision/files/decode.js';
import { readFile } from 'node:fs/promises';
import { drawShapes } from './draw-shapes.js';
import { shapeLoaders } from './shape-loaders.js';
import { drawShape } from './shapes.js';

describe('drawShape', () => {
  const picture = { shape: 'circle', size: 32, seed: 1, index: 0 } as const;

  it('draws the same picture for the same seed and index, and others otherwise', () => {
    expect(drawShape(picture)).toEqual(drawShape(picture));
    expect(drawShape({ ...picture, index: 1 })).not.toEqual(drawShape(picture));
    expect(drawShape({ ...picture, seed: 2 })).not.toEqual(drawShape(picture));
  });

  it('does not give the class away by brightness', () => {
    const meanOf = (shape: 'circle' | 'triangle', index: number) => {
      const pixels = drawShape({ ...picture, shape, index });
      return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    };
    const means = (shape: 'circle' | 'triangle') =>
      Array.from({ length: 50 }, (_, index) => meanOf(shape, index));
    expect(Math.min(...means('circle'))).toBeLessThan(Math.max(...means('triangle')));
  });
});

describe('drawShapes', () => {
  it('writes one folder a class, of pictures that decode to what was drawn', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'shapes-'));
    await drawShapes({ dir, classes: ['cross', 'ring'], perClass: 2, size: 20, seed: 5 });
    expect((await readdir(dir)).sort()).toEqual(['cross', 'ring']);
    expect((await readdir(path.join(dir, 'ring'))).sort()).toEqual(['ring-0.png', 'ring-1.png']);
    const bytes = await readFile(path.join(dir, 'ring', 'ring-1.png'));
    const { pixels } = await decodeImage(bytes, 'ring');
    expect(new Uint8Array(pixels)).toEqual(
      drawShape({ shape: 'ring', size: 20, seed: 5, index: 1 }),
    );
    await rm(dir, { recursive: true });
  });
});

describe('shapeLoaders', () => {
  beforeAll(async () => {
    await useNativeEngine();
  });

  it('yields batches of every class, values from -1 to 1', async () => {
    const { train, valid, vocab } = shapeLoaders();
    expect([train.length, train.itemCount, valid.length, valid.itemCount]).toEqual([6, 48, 3, 24]);
    await assertNoTensorLeak(async () => {
      const classes = new Set<number>();
      for await (const { inputs, targets } of train.batches(0)) {
        expect(inputs.shape).toEqual([8, 16, 16, 3]);
        const values = await inputs.data();
        expect(Math.max(...values)).toBeLessThanOrEqual(1);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
        for (const target of await targets.data()) classes.add(target);
        tf.dispose([inputs, targets]);
      }
      expect(classes.size).toBe(vocab.length);
    });
  });

  it('has no item on both sides', async () => {
    const { train, valid } = shapeLoaders();
    const itemsOf = async (source: typeof train) => {
      const items: number[] = [];
      for await (const { inputs, targets, items: batchItems } of source.batches(0)) {
        items.push(...batchItems);
        tf.dispose([inputs, targets]);
      }
      return items;
    };
    const all = [...(await itemsOf(train)), ...(await itemsOf(valid))];
    expect(new Set(all).size).toBe(72);
  });
});
