import { beforeAll, describe, expect, it } from 'vitest';
import type { BatchTransform } from '../../data/batch-transform.js';
import { assertNoTensorLeak } from '../../engine/memory.js';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import { resizeAndNormalise } from '../batch-transforms.js';
import { type AugmentOptions, augTransforms } from './aug-transforms.js';
import { augmentAndNormalise } from './augment-and-normalise.js';
import { hue } from './hue.js';
import { randomErasing } from './random-erasing.js';
import { saturation } from './saturation.js';

const STATISTICS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const SIDE = 32;
const SIZE = 24;
const NOTHING = { flip: false, maxRotate: 0, maxZoom: 1, maxLighting: 0, maxWarp: 0 } as const;
const EVERYTHING = {
  flipVertical: true,
  minScale: 0.75,
  extra: [saturation(), hue(), randomErasing()],
} as const;

beforeAll(async () => {
  await useNativeEngine();
});

/** Red rises to the right, green downwards; blue is the item. */
const pixelsOf = (items: readonly number[]) =>
  items.flatMap((item) =>
    Array.from({ length: SIDE * SIDE }, (_, pixel) => [
      (pixel % SIDE) * 7,
      Math.floor(pixel / SIDE) * 7,
      item,
    ]).flat(),
  );

async function apply(transform: BatchTransform, items: readonly number[], epoch = 0) {
  const outputs = tf.tidy(() => {
    const shape: [number, number, number, number] = [items.length, SIDE, SIDE, 3];
    return transform(tf.tensor4d(pixelsOf(items), shape, 'int32'), { epoch, items });
  });
  expect(outputs.shape).toEqual([items.length, SIZE, SIZE, 3]);
  const values = [...(await outputs.data())];
  outputs.dispose();
  return items.map((_, row) => values.slice(row * SIZE * SIZE * 3, (row + 1) * SIZE * SIZE * 3));
}

const augmented = (options: AugmentOptions) =>
  augmentAndNormalise(SIZE, STATISTICS, augTransforms(options));

describe('augmentAndNormalise', () => {
  it.each<[string, AugmentOptions]>([
    ['all is switched off', NOTHING],
    ['all shares are 0', { flip: false, affineShare: 0, lightingShare: 0 }],
    ['extra transforms touch no image', { ...NOTHING, extra: [saturation({ share: 0 })] }],
  ])('shows what validation sees where %s', async (_sentence, options) => {
    const [plain] = await apply(resizeAndNormalise(SIZE, STATISTICS), [9]);
    const [image] = await apply(augmented(options), [9]);
    for (const [index, value] of plain!.entries())
      expect(Math.abs(image![index]! - value)).toBeLessThan(1e-3);
  });

  it('treats an item the same in any batch, and differently in another epoch or by another seed', async () => {
    const [alone] = await apply(augmented(EVERYTHING), [7], 1);
    const among = await apply(augmented(EVERYTHING), [2, 7, 40], 1);
    expect(among[1]).toEqual(alone);
    expect((await apply(augmented(EVERYTHING), [7], 2))[0]).not.toEqual(alone);
    expect((await apply(augmented({ ...EVERYTHING, seed: 1 }), [7], 1))[0]).not.toEqual(alone);
  });

  it('mirrors where nothing but the coin is left', async () => {
    const items = Array.from({ length: 64 }, (_, item) => item);
    const images = await apply(augmented({ ...NOTHING, flip: true }), items);
    const mirrored = images.filter((image) => image[0]! > image[3 * (SIZE - 1)]!);
    // Outside of 16 to 48 of 64 by chance: less than once in 10,000.
    expect(mirrored.length).toBeGreaterThan(16);
    expect(mirrored.length).toBeLessThan(48);
  });

  it('leaves colours where they can be', async () => {
    const shifted = augmented({ multiplier: 2, minScale: 0.5, extra: [saturation(), hue()] });
    const images = await apply(shifted, [3, 200, 255]);
    const least = Math.min(...STATISTICS.mean.map((mean, c) => -mean / STATISTICS.std[c]!));
    const most = Math.max(...STATISTICS.mean.map((mean, c) => (1 - mean) / STATISTICS.std[c]!));
    for (const value of images.flat()) {
      expect(value).toBeGreaterThanOrEqual(least - 1e-5);
      expect(value).toBeLessThanOrEqual(most + 1e-5);
    }
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(async () => {
      await apply(augmented(EVERYTHING), [1, 2]);
    });
  });
});

describe('augTransforms', () => {
  it.each<[string, AugmentOptions]>([
    ['maxRotate', { maxRotate: -1 }],
    ['maxWarp', { maxWarp: 0.3, multiplier: 2 }],
    ['maxLighting', { maxLighting: 0.5, multiplier: 2 }],
    ['minZoom', { minZoom: 0 }],
    ['maxZoom', { maxZoom: 0.9 }],
    ['minScale', { minScale: 1.1 }],
    ['affineShare', { affineShare: Number.NaN }],
    ['lightingShare', { lightingShare: 1.5 }],
  ])('refuses `%s` outside of its range', (option, options) => {
    expect(() => augTransforms(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option }),
    );
  });
});
