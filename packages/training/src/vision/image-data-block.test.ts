import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, BatchSource } from '../data/batch.js';
import { duplicateGroups } from '../data/duplicates/duplicate-groups.js';
import { duplicatesAcrossSplits, findDuplicates } from '../data/duplicates/duplicates.js';
import { imageFiles } from '../data/items/items.js';
import { readItems } from '../data/items/read-items.js';
import { parentLabel, patternLabel } from '../data/labels/labellers.js';
import { indexSplitter } from '../data/splits/given-splitters.js';
import type { Picture } from '../data/picture.js';
import { uniforms } from '../data/random.js';
import { groupSplitter, randomSplitter, type Splitter } from '../data/splits/splitters.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { augmentAndNormalise } from './augment/augment-and-normalise.js';
import { augTransforms } from './augment/aug-transforms.js';
import { resizeAndNormalise } from './batch-transforms.js';
import { fingerprintImage } from './files/fingerprint-image.js';
import { dataBlock, type ImageBlockOptions } from './image-data-block.js';
import { resizeSquare } from './item-transforms.js';

const SIZE = 24;
const statistics = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const valid = resizeAndNormalise(SIZE, statistics);
let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);

beforeAll(async () => {
  await useNativeEngine();
  root = await mkdtemp(path.join(tmpdir(), 'data-block-'));
  await drawShapes({ dir: root, classes: ['circle', 'square'], perClass: 10, size: 48, seed: 3 });
  await sharp(at('circle', 'circle-1.png')).resize(60, 48).toFile(at('circle', 'circle-wide.png'));
  await writeFile(at('square', 'broken.jpg'), 'no image');
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

const shapes = (options: Partial<ImageBlockOptions> = {}) =>
  dataBlock({
    label: parentLabel,
    split: randomSplitter({ valid: 0.2, seed: 1 }),
    itemTransforms: [resizeSquare(32)],
    batchTransform: {
      train: augmentAndNormalise(SIZE, statistics, augTransforms({ seed: 1 })),
      valid,
    },
    ...options,
  });

/** Pictures of large spots of noise, of two classes, each as a photo and as a smaller JPEG file. */
async function drawPhotosAndThumbnails(folder: string): Promise<void> {
  for (const label of ['day', 'night']) {
    await mkdir(path.join(folder, label));
    for (let index = 0; index < 8; index += 1) {
      const random = uniforms({
        seed: 5,
        purpose: 'test',
        item: index + (label === 'day' ? 0 : 8),
      });
      const spots = Uint8Array.from({ length: 64 * 3 }, () => Math.floor(random() * 256));
      const raw = { width: 8, height: 8, channels: 3 } as const;
      const photo = sharp(spots, { raw }).resize(96, 96);
      await photo.clone().toFile(path.join(folder, label, `${index}.png`));
      const photoFile = await photo.png().toBuffer();
      await sharp(photoFile)
        .resize(64)
        .toFile(path.join(folder, label, `${index}-small.jpg`));
    }
  }
}

async function read(source: BatchSource, epoch = 0) {
  const rows: { item: number; target: number; first: number }[] = [];
  const visit = async ({ inputs, targets, items }: Batch) => {
    const size = SIZE * SIZE * 3;
    const [values, classes] = [await inputs.data(), await targets.data()];
    for (const [row, item] of items.entries())
      rows.push({ item, target: classes[row]!, first: values[row * size]! });
    tf.dispose([inputs, targets]);
  };
  for await (const batch of source.batches(epoch)) await visit(batch);
  return rows.sort((left, right) => left.item - right.item);
}

describe('loaders of a data block', () => {
  it('have each whole file on its side and in its class, and name the others', async () => {
    const told: string[] = [];
    const onProblem = (problem: { path: string }) => told.push(problem.path);
    const loaders = await shapes().loaders(root, { batchSize: 4, onProblem });
    const { train, items, problems, vocab } = loaders;
    expect(vocab).toEqual(['circle', 'square']);
    expect(problems).toMatchObject([
      { path: at('square', 'broken.jpg'), code: 'IMAGE_UNREADABLE' },
    ]);
    expect(told).toEqual([at('square', 'broken.jpg')]);
    expect([items.length, train.itemCount, loaders.valid.itemCount]).toEqual([21, 16, 4]);
    for (const side of ['train', 'valid'] as const) {
      const rows = await read(loaders[side]);
      expect(rows.map(({ item }) => items[item]!.split)).toEqual(rows.map(() => side));
      expect(rows.map(({ target }) => vocab[target])).toEqual(
        rows.map(({ item }) => items[item]!.label),
      );
    }
  });

  it('give the same pixels for one seed and epoch, and on train others otherwise', async () => {
    const block = shapes({ batchTransform: { train: valid, valid } });
    const of = async (seed: number) => block.loaders(root, { batchSize: 17, seed });
    const { train, valid: judged } = await of(1);
    const first = await read(train, 0);
    expect(await read((await of(1)).train, 0)).toEqual(first);
    // The wide picture alone has room to move.
    expect(await read(train, 1)).not.toEqual(first);
    expect(await read((await of(2)).train, 0)).not.toEqual(first);
    expect(await read(judged, 1)).toEqual(await read(judged, 0));
  });

  it('keep copies of one picture on one side', async () => {
    await copyFile(at('circle', 'circle-0.png'), at('circle', 'copy.png'));
    try {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { items } = await shapes({ split: randomSplitter({ valid: 0.4, seed }) }).loaders(
          root,
        );
        const copies = items.filter((item) => /(circle-0|copy)\.png$/.test(item.path));
        expect(new Set(copies.map(({ split }) => split)).size).toBe(1);
      }
    } finally {
      await rm(at('circle', 'copy.png'));
    }
  });

  it('keep on one side what looks alike, when split by `duplicateGroups`', async () => {
    const own = await mkdtemp(path.join(tmpdir(), 'duplicates-'));
    try {
      await drawPhotosAndThumbnails(own);
      const files = await imageFiles(own);
      const { items } = await readItems(files, { label: parentLabel, read: fingerprintImage });
      const sidesOf = async (split: Splitter) => {
        const loaders = await shapes({ split }).loaders(own);
        return duplicatesAcrossSplits(
          findDuplicates(items),
          loaders.items.map((item) => item.split),
        );
      };
      expect((await sidesOf(randomSplitter({ valid: 0.4 }))).length).toBeGreaterThan(0);
      const group = duplicateGroups(items);
      expect(await sidesOf(groupSplitter({ valid: 0.4, group }))).toEqual([]);
    } finally {
      await rm(own, { recursive: true });
    }
  });

  it.each([
    ['sizes differ', { itemTransforms: [] }, 'SHAPE_MISMATCH'],
    ['there is one class', { label: () => 'shape' }, 'TOO_FEW_CLASSES'],
    ['no file has a label', { label: patternLabel(/(x+)\.bmp/) }, 'NO_IMAGES'],
    [
      'a valid label is not trained',
      { split: indexSplitter([...Array(11).keys()]) },
      'CLASS_NOT_TRAINED',
    ],
  ])('fail when %s', async (_sentence, options, code) => {
    const reading = async () =>
      read((await shapes(options).loaders(root, { batchSize: 32 })).train);
    await expect(reading()).rejects.toMatchObject({ code });
  });

  it('end when they are aborted while files are verified', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(shapes().loaders(root, { signal })).rejects.toThrow('enough');
  });
});

describe('the summary of a data block', () => {
  it('says what every step makes of one item and one batch', async () => {
    const summary = await assertNoTensorLeak(() => shapes().summary(root));
    expect(summary.failed).toBeUndefined();
    const details = Object.fromEntries(summary.steps.map(({ name, detail }) => [name, detail]));
    expect(details).toMatchObject({
      'find files': `22 files, the first ${at('circle', 'circle-0.png')}`,
      label: `${at('circle', 'circle-0.png')} is "circle"`,
      verify: expect.stringMatching(
        /^21 files whole, 1 left out\. The first, IMAGE_UNREADABLE: .*broken\.jpg/,
      ) as string,
      split: '17 train, 4 valid',
      vocab: '2 labels, train + valid: circle 9 + 2, square 8 + 2',
      open: expect.stringMatching(/\.png: 48 × 48$/) as string,
      'item transforms': '48 × 48 → resizeSquare: 32 × 32',
      collate: '[4, 32, 32, 3] int32',
      'batch transform': expect.stringMatching(
        /^\[4, 24, 24, 3\] float32, values from -?\d\.\d{3} to \d\.\d{3}$/,
      ) as string,
    });
    expect(String(summary).split('\n')).toHaveLength(9);
    expect(String(summary)).toMatch(/^✓ find files {7}22 files/);
  });

  it('names the item, both sizes and the missing transform when pictures differ in size', async () => {
    const only = ['circle-0.png', 'circle-wide.png', 'circle-2.png'].map((name) =>
      at('circle', name),
    );
    const block = shapes({
      items: () => [...only, at('square', 'square-0.png'), at('square', 'square-1.png')],
      split: indexSplitter([2, 4]),
      itemTransforms: [],
    });
    const summary = await assertNoTensorLeak(() => block.summary(root));
    expect(summary.failed).toEqual({
      name: 'collate',
      outcome: 'failed',
      detail:
        `Expected squares of one size to make a batch of, received ${only[1]!} of 60 × 48 pixels ` +
        `beside ${only[0]!} of 48 × 48 pixels. Add a resizing item transform, such as \`resizeSquare(256)\``,
    });
    expect(summary.steps.at(-1)).toEqual({
      name: 'batch transform',
      outcome: 'not reached',
      detail: '',
    });
    expect(String(summary)).toContain('✗ collate');
  });

  it.each([
    ['find files', { items: () => Promise.reject(new Error('no folder')) }, 'no folder'],
    ['label', { label: patternLabel(/(x+)\.bmp/) }, 'whose label /(x+)\\.bmp/ matches'],
    ['verify', { items: () => [path.resolve('gone/1.jpg')] }, 'of which none can'],
    ['split', { split: indexSplitter([99]) }, 'positions from 0 to 20'],
    ['vocab', { split: indexSplitter([...Array(11).keys()]) }, '"circle" in valid only'],
    [
      'item transforms',
      {
        itemTransforms: [
          () => {
            throw new Error('too dark');
          },
        ],
      },
      'too dark',
    ],
    [
      'batch transform',
      {
        batchTransform: {
          train: resizeAndNormalise(SIZE, { mean: [0, 0, 0], std: [0, 0, 0] }),
          valid,
        },
      },
      'Expected finite values',
    ],
  ])('says that it is the step "%s" that fails, and why', async (name, options, detail) => {
    const { failed, steps } = await assertNoTensorLeak(() => shapes(options).summary(root));
    expect(failed).toMatchObject({ name, detail: expect.stringContaining(detail) as string });
    const outcomes = steps.map(({ outcome }) => outcome);
    expect(outcomes.indexOf('not reached')).toBe(
      name === 'batch transform' ? -1 : outcomes.indexOf('failed') + 1,
    );
  });

  it('counts the items of ten labels, and only counts the labels after', async () => {
    const options = { label: patternLabel(/-(\w+)\.png/), split: indexSplitter([19]) };
    const { steps } = await shapes(options).summary(root);
    expect(steps.find(({ name }) => name === 'vocab')?.detail).toBe(
      '11 labels, train + valid: 0 2 + 0, 1 2 + 0, 2 2 + 0, 3 2 + 0, 4 2 + 0, 5 2 + 0, ' +
        '6 2 + 0, 7 2 + 0, 8 1 + 1, 9 2 + 0, and 1 more',
    );
  });

  it('refuses pictures that are equal, but no squares', async () => {
    const items = () =>
      [0, 1, 2, 3].map((index) => {
        const kind = ['circle', 'square'][index % 2]!;
        return at(kind, `${kind}-${index}.png`);
      });
    const halve = ({ pixels, width, height }: Picture) => ({
      pixels: pixels.subarray(0, pixels.length / 2),
      width,
      height: height / 2,
    });
    const block = shapes({ items, split: indexSplitter([2]), itemTransforms: [halve] });
    const message = `received ${at('circle', 'circle-0.png')} of 48 × 24 pixels. Add a resizing`;
    expect((await block.summary(root)).failed?.detail).toContain(message);
    await expect(block.loaders(root)).rejects.toThrow(message);
  });
});
