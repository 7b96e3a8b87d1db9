import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from './memory.js';
import { useNativeEngine } from './native.js';
import { plainProjectiveTransform, projectiveTransform } from './projective-transform.js';
import { tf } from './tf.js';
import type { Tensor4D } from './tf.js';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0];
const TILTED = [0.9, 0.3, -1.2, -0.25, 1.1, 0.7, 0.02, -0.01];
/** Far over all edges. */
const SHRUNK = [4, 0, -13, 0, 4, -20, 0, 0];

beforeAll(async () => {
  await useNativeEngine();
});

/** 8 by 6 pixels of two channels. */
const images = (count: number, dtype: 'float32' | 'int32' = 'float32') =>
  tf.tensor4d(
    Array.from({ length: count * 96 }, (_, index) => (index * 37) % 101),
    [count, 8, 6, 2],
    dtype,
  );

const valuesOf = (make: () => Tensor4D) => tf.tidy(() => [...make().dataSync()]);

describe('projectiveTransform', () => {
  it('agrees with the plain form on the pure JavaScript backend', async () => {
    const rows = () => tf.tensor2d([IDENTITY, TILTED, SHRUNK]);
    const received = valuesOf(() => projectiveTransform(images(3), rows(), 7));
    await tf.setBackend('cpu');
    try {
      const expected = valuesOf(() => plainProjectiveTransform(images(3), rows(), 7));
      const fallback = valuesOf(() => projectiveTransform(images(3), rows(), 7));
      expect(fallback).toEqual(expected);
      for (const [index, value] of expected.entries())
        expect(Math.abs(received[index]! - value)).toBeLessThan(1e-2);
    } finally {
      await tf.setBackend('tensorflow');
    }
  });

  it('takes whole numbers and gives fractions', () => {
    const half = [1, 0, 0.5, 0, 1, 0, 0, 0];
    const pixels = () => tf.tensor4d([0, 1, 2, 3], [1, 2, 2, 1], 'int32');
    // Beyond the edge, the last pixel is repeated.
    expect(valuesOf(() => projectiveTransform(pixels(), tf.tensor2d([half]), 2))).toEqual([
      0.5, 1, 2.5, 3,
    ]);
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(() => {
      const [input, rows] = [images(1, 'int32'), tf.tensor2d([TILTED])];
      tf.dispose([projectiveTransform(input, rows, 5), input, rows]);
    });
  });
});
