import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource } from '../data/batch.js';
import type { Manifest } from '../data/manifest.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { importFolder } from '../testing/import-folder.js';
import { imageLoaders, type ImageLoadersOptions } from './image-loaders.js';
import { presizedPath } from './files/presized.js';

const IMAGE_SIZE = 32;
const labels = ['circle', 'square'] as const;
const statistics = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
let folder: string;
let imagesDir: string;
let manifest: Manifest;

beforeAll(async () => {
  await useNativeEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'image-loaders-'));
  imagesDir = path.join(folder, 'images');
  const root = path.join(folder, 'shapes');
  await drawShapes({ dir: root, classes: labels, perClass: 10, size: 48, seed: 3 });
  manifest = await importFolder({ root, imagesDir, imageSize: IMAGE_SIZE });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const loaders = (options: Partial<ImageLoadersOptions> = {}) =>
  imageLoaders({
    manifest,
    imagesDir,
    imageSize: IMAGE_SIZE,
    statistics,
    batchSize: 4,
    ...options,
  });

async function read(source: BatchSource, epoch = 0) {
  const items: number[] = [];
  const targets: number[] = [];
  const inputs: number[] = [];
  for await (const batch of source.batches(epoch)) {
    expect(batch.inputs.shape.slice(1)).toEqual([IMAGE_SIZE, IMAGE_SIZE, 3]);
    items.push(...batch.items);
    targets.push(...(await batch.targets.data()));
    inputs.push(...(await batch.inputs.data()));
    tf.dispose([batch.inputs, batch.targets]);
  }
  return { items, targets, inputs };
}

describe('imageLoaders', () => {
  it('puts every item on the side and into the class that the manifest says', async () => {
    const { train, valid, vocab } = loaders();
    expect(vocab).toEqual(labels);
    expect([train.itemCount, train.length, valid.itemCount, valid.length]).toEqual([12, 3, 7, 2]);
    const { items, targets } = await read(valid);
    expect(items).toEqual(
      manifest.items.flatMap(({ split }, index) => (split === 'valid' ? [index] : [])),
    );
    expect(targets.map((target) => vocab[target])).toEqual(
      items.map((item) => manifest.items[item]!.label),
    );
    for (const item of (await read(train)).items) expect(manifest.items[item]!.split).toBe('train');
  });

  it('takes a split of its own instead', async () => {
    const splits = manifest.items.map((_, index) => (index < 3 ? 'valid' : 'train'));
    const { items } = await read(loaders({ splits }).valid);
    expect(items).toEqual([0, 1, 2]);
  });

  it('gives valid images the same pixels every epoch, and normalises them', async () => {
    const { valid } = loaders();
    const first = await read(valid, 0);
    expect(await read(valid, 5)).toEqual(first);
    expect(Math.max(...first.inputs)).toBeLessThanOrEqual(1);
    expect(Math.min(...first.inputs)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...first.inputs)).toBeGreaterThan(0);
  });

  it('gives train images the same pixels for one seed and epoch, and others otherwise', async () => {
    const first = await read(loaders({ seed: 1 }).train, 0);
    expect(await read(loaders({ seed: 1 }).train, 0)).toEqual(first);
    expect((await read(loaders({ seed: 1 }).train, 1)).inputs).not.toEqual(first.inputs);
    expect((await read(loaders({ seed: 2 }).train, 0)).inputs).not.toEqual(first.inputs);
  });

  it('shows train images as valid ones look when it is not to augment them', async () => {
    const { train } = loaders({ augment: false, batchSize: 1 });
    const byItem = async (epoch: number) => {
      const { items, inputs } = await read(train, epoch);
      const size = inputs.length / items.length;
      const images = items.map((_, row) => inputs.slice(row * size, (row + 1) * size));
      return items
        .map((item, row) => ({ item, image: images[row] }))
        .sort((left, right) => left.item - right.item);
    };
    expect(await byItem(1)).toEqual(await byItem(0));
  });

  it('augments train images as it is told, by its own seed unless told otherwise', async () => {
    const first = await read(loaders({ seed: 1 }).train);
    const chapter5 = { minScale: 0.75, maxRotate: 10, maxZoom: 1.1, maxWarp: 0.2, seed: 1 };
    expect(await read(loaders({ seed: 1, augment: chapter5 }).train)).toEqual(first);
    const other = await read(loaders({ seed: 1, augment: { maxLighting: 0 } }).train);
    expect(other.items).toEqual(first.items);
    expect(other.inputs).not.toEqual(first.inputs);
    const seeded = await read(loaders({ seed: 1, augment: { seed: 2 } }).train);
    expect(seeded.items).toEqual(first.items);
    expect(seeded.inputs).not.toEqual(first.inputs);
  });

  it('makes copies that are missing from the originals', async () => {
    const before = await read(loaders().valid);
    await rm(imagesDir, { recursive: true });
    expect(await read(loaders().valid)).toEqual(before);
  });

  it('names the original that is missing together with its copy', async () => {
    const [first] = manifest.items;
    const lost = { ...first!, hash: 'a'.repeat(64), source: 'circle/lost.png' };
    const items = [lost, ...manifest.items.slice(1)];
    const splits = items.map((_, index) => (index === 0 ? 'valid' : 'train'));
    const { valid } = loaders({ manifest: { ...manifest, items }, splits });
    await expect(read(valid)).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
      path: path.join(manifest.header.root, 'circle/lost.png'),
    });
    expect(presizedPath(imagesDir, lost.hash, 64)).toContain(lost.hash);
  });

  it.each([0, -1, Number.NaN])('refuses a limit of %d bytes for features', (featuresLimitBytes) => {
    expect(() => loaders({ featuresLimitBytes })).toThrow('Expected `featuresLimitBytes` to be');
  });
});
