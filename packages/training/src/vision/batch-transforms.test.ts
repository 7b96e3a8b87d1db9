import { beforeAll, describe, expect, it } from 'vitest';
import { uniforms } from '../data/random.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { BatchTransform } from '../data/batch-transform.js';
import { cropFlipAndNormalise, resizeAndNormalise } from './batch-transforms.js';
import { randomResizedCrop } from './random-resized-crop.js';

/** Leaves values as they are: (x / 255 - 0) / (1 / 255). */
const UNCHANGED = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };
const SIDE = 32;

/** Red is the column, green the row, blue the item. */
function coordinates(items: readonly number[]): number[] {
  return items.flatMap((item) =>
    Array.from({ length: SIDE * SIDE }, (_, pixel) => [
      pixel % SIDE,
      Math.floor(pixel / SIDE),
      item,
    ]).flat(),
  );
}

async function apply(
  transform: BatchTransform,
  { epoch = 0, items = [0] }: { epoch?: number; items?: readonly number[] },
) {
  const outputs = tf.tidy(() => {
    const shape: [number, number, number, number] = [items.length, SIDE, SIDE, 3];
    return transform(tf.tensor4d(coordinates(items), shape, 'int32'), { epoch, items });
  });
  const [, height, width] = outputs.shape;
  const values = await outputs.data();
  outputs.dispose();
  const at = (row: number, y: number, x: number) => {
    const start = ((row * height + y) * width + x) * 3;
    return [...values.subarray(start, start + 3)];
  };
  return { height, width, at };
}

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(received[index]).toBeCloseTo(value, 3);
}

beforeAll(async () => {
  await useNativeEngine();
});

describe('resizeAndNormalise', () => {
  it('stretches the whole image from its first to its last pixel centres', async () => {
    const { at, width, height } = await apply(resizeAndNormalise(16, UNCHANGED), { items: [5] });
    expect([height, width]).toEqual([16, 16]);
    // Output pixel k lies at k * 31 / 15 of the input.
    expectClose(at(0, 0, 0), [0, 0, 5]);
    expectClose(at(0, 15, 15), [31, 31, 5]);
    expectClose(at(0, 3, 7), [(7 * 31) / 15, (3 * 31) / 15, 5]);
  });

  it('normalises by channel: (x / 255 - mean) / std', async () => {
    const statistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    const { at } = await apply(resizeAndNormalise(SIDE, statistics), { items: [9] });
    expectClose(at(0, 20, 10), [
      (10 / 255 - 0.485) / 0.229,
      (20 / 255 - 0.456) / 0.224,
      (9 / 255 - 0.406) / 0.225,
    ]);
  });
});

describe('cropFlipAndNormalise', () => {
  const seed = 42;

  it('gives each image the rectangle that is drawn for it, resized', async () => {
    const items = [3, 8, 15];
    const transform = cropFlipAndNormalise(16, UNCHANGED, { seed, flipShare: 0 });
    const { at } = await apply(transform, { epoch: 2, items });
    for (const [row, item] of items.entries()) {
      const random = uniforms({ seed, purpose: 'batch-crop', epoch: 2, item });
      const box = randomResizedCrop({ width: SIDE, height: SIDE, minScale: 0.75 }, random);
      expectClose(at(row, 0, 0), [box.left, box.top, item]);
      expectClose(at(row, 15, 15), [box.left + box.width - 1, box.top + box.height - 1, item]);
    }
  });

  it('mirrors left and right where the coin says so', async () => {
    const plain = cropFlipAndNormalise(16, UNCHANGED, { seed, flipShare: 0 });
    const mirrored = cropFlipAndNormalise(16, UNCHANGED, { seed, flipShare: 1 });
    const before = await apply(plain, { items: [1] });
    const after = await apply(mirrored, { items: [1] });
    for (const x of [0, 4, 15]) expectClose(after.at(0, 6, x), before.at(0, 6, 15 - x));
  });

  it('mirrors about half of the images', async () => {
    const transform = cropFlipAndNormalise(8, UNCHANGED, { seed });
    const items = Array.from({ length: 64 }, (_, item) => item);
    const { at } = await apply(transform, { items });
    const mirrored = items.filter((row) => at(row, 0, 0)[0]! > at(row, 0, 7)[0]!).length;
    // Outside of 16 to 48 of 64 by chance: less than once in 10,000.
    expect(mirrored).toBeGreaterThan(16);
    expect(mirrored).toBeLessThan(48);
  });

  it('treats an item the same in any batch, and differently in another epoch', async () => {
    const transform = cropFlipAndNormalise(16, UNCHANGED, { seed });
    const alone = await apply(transform, { epoch: 1, items: [7] });
    const among = await apply(transform, { epoch: 1, items: [2, 7] });
    const later = await apply(transform, { epoch: 2, items: [7] });
    const corners = (image: typeof alone, row: number) => [
      image.at(row, 0, 0),
      image.at(row, 15, 15),
    ];
    expect(corners(among, 1)).toEqual(corners(alone, 0));
    expect(corners(later, 0)).not.toEqual(corners(alone, 0));
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(async () => {
      await apply(cropFlipAndNormalise(16, UNCHANGED, { seed }), { items: [1, 2] });
    });
  });
});
