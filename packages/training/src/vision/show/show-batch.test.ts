import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource, Loaders } from '../../data/batch.js';
import { DataLoader } from '../../data/data-loader.js';
import { assertNoTensorLeak } from '../../engine/memory.js';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import { drawShape, type Shape } from '../../testing/shapes.js';
import { shapeLoaders } from '../../testing/shape-loaders.js';
import { augTransforms } from '../augment/aug-transforms.js';
import { augmentAndNormalise } from '../augment/augment-and-normalise.js';
import { toContactSheet } from './contact-sheet.js';
import { labelPicture } from './label-picture.js';
import { showBatch } from './show-batch.js';

const classes = ['circle', 'cross'] as const;
const statistics = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const loaders = () => shapeLoaders({ classes, trainPerClass: 6, validPerClass: 4, batchSize: 3 });

/** The same shapes, whose train images are turned, flipped and lit otherwise in every epoch. */
function augmentedLoaders(): Loaders {
  const { valid, vocab } = loaders();
  const samples = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15].map((item) => ({
    item,
    hash: '',
    source: '',
    classIndex: item < 10 ? 0 : 1,
  }));
  const train = new DataLoader({
    samples,
    readPixels: ({ item, classIndex }) =>
      Promise.resolve(drawShape({ shape: classes[classIndex]!, size: 16, seed: 42, index: item })),
    side: 16,
    transform: augmentAndNormalise(16, statistics, augTransforms({ seed: 1 })),
    batchSize: 3,
    shuffle: true,
  });
  return { train, valid, vocab };
}

async function firstItemOf(source: BatchSource, epoch: number): Promise<number> {
  for await (const { inputs, targets, items } of source.batches(epoch)) {
    tf.dispose([inputs, targets]);
    return items[0]!;
  }
  return -1;
}

beforeAll(async () => {
  await useNativeEngine();
});

describe('showBatch', () => {
  it('gives back the very pixels and the labels of the items', async () => {
    const shown = await assertNoTensorLeak(() => showBatch(loaders(), { statistics, count: 8 }));
    expect(shown).toHaveLength(8);
    for (const { item, label, ...picture } of shown) {
      const shape: Shape = item < 10 ? 'circle' : 'cross';
      expect(label).toBe(shape);
      const pixels = drawShape({ shape, size: 16, seed: 42, index: item });
      expect(picture).toEqual({ pixels, width: 16, height: 16 });
    }
  });

  it('shows another split and other items in another epoch', async () => {
    const itemsOf = async (options: object) =>
      (await showBatch(loaders(), { statistics, count: 5, ...options })).map(({ item }) => item);
    expect(await itemsOf({ split: 'valid' })).toEqual([6, 7, 8, 9, 16]);
    expect(await itemsOf({ epoch: 1 })).not.toEqual(await itemsOf({ epoch: 0 }));
  });

  it('shows fewer where there are fewer', async () => {
    expect(await showBatch(loaders(), { statistics, split: 'valid' })).toHaveLength(8);
  });

  it('clips what augmentation brought out of range', async () => {
    const wide = { mean: [2, -2, 0.5], std: [1, 1, 0.5] };
    const [first] = await showBatch(loaders(), { statistics: wide, count: 1 });
    expect([...first!.pixels.subarray(0, 2)]).toEqual([255, 0]);
  });

  it('shows one picture as epoch after epoch augments it', async () => {
    const { train } = augmentedLoaders();
    const options = { statistics, count: 4, epoch: 2, unique: true };
    const shown = await assertNoTensorLeak(() => showBatch(augmentedLoaders(), options));
    const item = await firstItemOf(train, 2);
    expect(shown.map((one) => [one.item, one.label])).toEqual(
      Array.from({ length: 4 }, () => [item, item < 10 ? 'circle' : 'cross']),
    );
    for (const [index, { pixels }] of shown.entries()) {
      const seen = await showBatch(augmentedLoaders(), {
        statistics,
        count: 12,
        epoch: 2 + index,
      });
      expect(pixels).toEqual(seen.find((one) => one.item === item)!.pixels);
    }
    expect(new Set(shown.map(({ pixels }) => pixels.join())).size).toBe(4);
  });

  it('shows an image of the valid split again and again as it is', async () => {
    const options = { statistics, count: 3, split: 'valid', unique: true } as const;
    const [first, ...others] = await showBatch(augmentedLoaders(), options);
    expect(others).toEqual([first, first]);
  });

  it('cannot single out an item of any loaders', async () => {
    const { train, valid, vocab } = loaders();
    const { length, itemCount } = train;
    const plain = { length, itemCount, batches: (epoch: number) => train.batches(epoch) };
    const showing = showBatch({ train: plain, valid, vocab }, { statistics, unique: true });
    await expect(showing).rejects.toThrow(/`unique` to be false for loaders that single out/);
  });

  it.each([0, 1.5])('refuses to show %d', async (count) => {
    const showing = showBatch(loaders(), { statistics, count });
    await expect(showing).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('toContactSheet', () => {
  const filled = (value: number, width = 4, height = 3) => ({
    width,
    height,
    pixels: new Uint8Array(width * height * 3).fill(value),
  });

  // fastai's grid: rows = int(sqrt(n)), columns = ceil(n / rows).
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 1],
    [5, 3, 2],
    [9, 3, 3],
    [11, 4, 3],
  ])('lays %i pictures out in %i columns and %i rows', async (count, columns, rows) => {
    const pictures = Array.from({ length: count }, () => filled(9));
    const { width, height, format } = await sharp(await toContactSheet(pictures)).metadata();
    expect({ width, height, format }).toEqual({
      width: 2 + columns * 6,
      height: 2 + rows * 5,
      format: 'png',
    });
  });

  it('puts them row by row on white, smaller ones into the corner of their cell', async () => {
    const pictures = [filled(10), filled(20, 2, 2), filled(30)];
    const png = await toContactSheet(pictures, { columns: 2, gap: 1 });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const rows = Array.from({ length: info.height }, (_, y) =>
      Array.from({ length: info.width }, (_, x) => data[(y * info.width + x) * 3]),
    );
    const [w, white] = [255, Array<number>(11).fill(255)];
    expect(rows).toEqual([
      white,
      [w, 10, 10, 10, 10, w, 20, 20, w, w, w],
      [w, 10, 10, 10, 10, w, 20, 20, w, w, w],
      [w, 10, 10, 10, 10, w, w, w, w, w, w],
      white,
      [w, 30, 30, 30, 30, w, w, w, w, w, w],
      [w, 30, 30, 30, 30, w, w, w, w, w, w],
      [w, 30, 30, 30, 30, w, w, w, w, w, w],
      white,
    ]);
  });

  const sizeOf = async (sheet: Buffer) => {
    const { width, height } = await sharp(sheet).metadata();
    return [width, height];
  };
  const labelled = (label: string) => ({ ...filled(100, 100, 50), label });

  it('makes room for labels under every row, where there are labels', async () => {
    const pictures = [labelled('cat'), filled(100, 100, 50), labelled('dog')];
    const labels = { columns: 2, gap: 1 };
    expect(await sizeOf(await toContactSheet(pictures, labels))).toEqual([203, 1 + 2 * 65]);
    const without = await toContactSheet(pictures, { ...labels, labels: false });
    expect(await sizeOf(without)).toEqual([203, 1 + 2 * 51]);
    expect(
      await toContactSheet(
        [0, 1, 2].map(() => filled(100, 100, 50)),
        labels,
      ),
    ).toEqual(without);
  });

  it('writes each label under its picture, which stays as it is', async () => {
    const sheet = await toContactSheet([labelled('cat'), labelled('dog')], { columns: 2, gap: 0 });
    const pixelsOf = (left: number, top: number, height: number) =>
      sharp(sheet).extract({ left, top, width: 100, height }).raw().toBuffer();
    for (const left of [0, 100]) {
      expect(new Set(await pixelsOf(left, 0, 50))).toEqual(new Set([100]));
      const { pixels } = await labelPicture(left === 0 ? 'cat' : 'dog', 100);
      expect(await pixelsOf(left, 50, 14)).toEqual(Buffer.from(pixels));
    }
  });

  it.each([
    ['no pictures', [], {}],
    ['no columns', [filled(1)], { columns: 0 }],
    ['a broken gap', [filled(1)], { gap: -1 }],
  ])('refuses %s', async (_what, pictures, options) => {
    const making = toContactSheet(pictures, options);
    await expect(making).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});
