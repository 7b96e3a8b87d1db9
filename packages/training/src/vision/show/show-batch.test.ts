import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../../engine/memory.js';
import { useNativeEngine } from '../../engine/native.js';
import { drawShape, type Shape } from '../../testing/shapes.js';
import { shapeLoaders } from '../../testing/shape-loaders.js';
import { toContactSheet } from './contact-sheet.js';
import { showBatch } from './show-batch.js';

const classes = ['circle', 'cross'] as const;
const statistics = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const loaders = () => shapeLoaders({ classes, trainPerClass: 6, validPerClass: 4, batchSize: 3 });

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

  it.each([
    ['no pictures', [], {}],
    ['no columns', [filled(1)], { columns: 0 }],
    ['a broken gap', [filled(1)], { gap: -1 }],
  ])('refuses %s', async (_what, pictures, options) => {
    const making = toContactSheet(pictures, options);
    await expect(making).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});
