import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { BatchTransform } from '../data/batch-transform.js';
import { resizeAndNormalise } from './batch-transforms.js';

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

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(async () => {
      await apply(resizeAndNormalise(16, UNCHANGED), { items: [1, 2] });
    });
  });
});
