import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { presizeFor } from './files/presized.js';
import { sampleBoxes, WHOLE } from './sample-boxes.js';

beforeAll(async () => {
  await useNativeEngine();
});

describe('boxes of images', () => {
  it.each([80, 144, 224, 672])('have colour up to the last pixel, at %i pixels', (size) => {
    const darkest = tf.tidy(() => {
      const white = tf.ones<tf.Rank.R4>([1, presizeFor(size), presizeFor(size), 1]);
      return tf.min(sampleBoxes(white, [WHOLE], size)).dataSync()[0];
    });
    expect(darkest).toBeCloseTo(1, 6);
  });

  it('are stretched from the centre of their first pixel to that of their last', () => {
    // Each pixel has its own number: row times ten, plus column.
    const ramp = tf.tensor4d(
      Array.from({ length: 100 }, (_, index) => index),
      [1, 10, 10, 1],
    );
    const box = { top: 2 / 9, left: 4 / 9, bottom: 6 / 9, right: 8 / 9 };
    const sampled = sampleBoxes(ramp, [box], 3);
    const expected = [24, 26, 28, 44, 46, 48, 64, 66, 68];
    for (const [index, value] of sampled.dataSync().entries())
      expect(value).toBeCloseTo(expected[index]!, 4);
  });
});
