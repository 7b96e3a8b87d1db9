import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeatureStore } from './feature-store.js';
import { FeaturesLimit } from './features-limit.js';

const LENGTH = 3;
const recipe = { fingerprint: 'a body', imageSize: 32 };
const key = (image: number, view = 0) => `${image.toString(16).padStart(64, '0')}/${view}`;
const row = (image: number) => [image, image + 0.25, -image];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'features-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const open = (options = {}) => FeatureStore.open({ dir, recipe, length: LENGTH, ...options });

async function keep(store: FeatureStore, images: readonly number[]): Promise<void> {
  await store.add(
    images.map((image) => key(image)),
    Float32Array.from(images.flatMap(row)),
  );
}

const read = async (store: FeatureStore, images: readonly number[]) => [
  ...(await store.read(images.map((image) => key(image))))!,
];

async function files(): Promise<string[]> {
  const all = await readdir(dir, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('a feature store', () => {
  it('gives back rows in the order asked for, and says which it has', async () => {
    const store = await open();
    await keep(store, [1, 2, 3]);
    expect(await read(store, [3, 1])).toEqual([...row(3), ...row(1)]);
    expect([1, 7].map((image) => store.has(key(image)))).toEqual([true, false]);
    await expect(read(store, [1, 7])).rejects.toThrow(/Expected features of 0+7\/0/);
  });

  it('has them after it was closed and opened', async () => {
    const store = await open();
    await keep(store, [1, 2]);
    await store.flush();
    await keep(store, [3]);
    await store.flush();
    const again = await open();
    expect(await read(again, [3, 1, 2])).toEqual([...row(3), ...row(1), ...row(2)]);
  });

  it('tells views of an image apart', async () => {
    const store = await open();
    await store.add([key(1, 0), key(1, 1)], Float32Array.of(1, 2, 3, 4, 5, 6));
    await store.flush();
    expect([...(await (await open()).read([key(1, 1)]))!]).toEqual([4, 5, 6]);
  });

  it.each([
    ['another recipe', { recipe: { ...recipe, imageSize: 64 } }],
    ['rows of another length', { length: 4 }],
  ])('shows nothing of it to %s', async (_what, options) => {
    const store = await open();
    await keep(store, [1]);
    await store.flush();
    expect((await open(options)).has(key(1))).toBe(false);
  });

  it('writes every few hundred rows by itself', async () => {
    const store = await open();
    for (let image = 0; image < 300; image += 1) await keep(store, [image]);
    expect(await files()).toHaveLength(1);
    expect((await open()).has(key(255))).toBe(true);
  });

  it('writes long rows sooner, before they fill the memory', async () => {
    const length = 2 ** 20;
    const store = await open({ length });
    await store.add([key(0), key(1), key(2)], new Float32Array(3 * length));
    expect(await files()).toHaveLength(0);
    await store.add(
      [3, 4, 5, 6, 7].map((image) => key(image)),
      new Float32Array(5 * length),
    );
    expect(await files()).toHaveLength(2);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['not ours', () => Buffer.from('something else that lies here')],
  ])('passes over a file that is %s', async (_what, broken) => {
    const store = await open();
    await keep(store, [1]);
    await store.flush();
    const [file] = await files();
    await writeFile(file!, broken(await readFile(file!)));
    const again = await open();
    expect(again.has(key(1))).toBe(false);
    await keep(again, [1]);
    await again.flush();
    expect(await read(await open(), [1])).toEqual(row(1));
  });

  it('may be shared: what two have written, a third finds', async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all([keep(one, [1, 2]), keep(other, [2, 3])]);
    await Promise.all([one.flush(), other.flush()]);
    expect(await read(await open(), [1, 2, 3])).toEqual([1, 2, 3].flatMap(row));
  });

  it('lacks the rows of a file that has vanished, and keeps them again', async () => {
    const store = await open();
    await keep(store, [1, 2]);
    await store.flush();
    const [vanishing] = await files();
    await keep(store, [3]);
    await store.flush();
    await rm(vanishing!);
    expect(await store.read([key(3), key(1)])).toBeNull();
    expect([1, 2, 3].map((image) => store.has(key(image)))).toEqual([false, false, true]);
    await keep(store, [1]);
    await store.flush();
    expect(await read(store, [3, 1])).toEqual([...row(3), ...row(1)]);
  });

  it('writes on where its folder has vanished', async () => {
    const store = await open();
    await keep(store, [1]);
    await store.flush();
    await rm(path.dirname((await files())[0]!), { recursive: true });
    await keep(store, [2]);
    await store.flush();
    expect(await read(await open(), [2])).toEqual(row(2));
  });

  it('makes way for another recipe where there is a limit, and not for its own', async () => {
    const mostBytes = 100 * LENGTH * Float32Array.BYTES_PER_ELEMENT;
    const images = Array.from({ length: 60 }, (_, image) => image);
    for (const [imageSize, hasFirst] of [
      [32, true],
      [64, false],
    ] as const) {
      const limit = new FeaturesLimit({ dir, mostBytes });
      const store = await open({ recipe: { ...recipe, imageSize }, limit });
      for (const image of images) {
        await keep(store, [image]);
        await store.flush();
      }
      expect(await read(store, images)).toEqual(images.flatMap(row));
      expect((await open()).has(key(0))).toBe(hasFirst);
    }
  });
});
