import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../data/random.js';
import { randomResizedCrop } from './random-resized-crop.js';

const random = (item: number) => uniforms({ seed: 1, purpose: 'test', item });
const side = fc.integer({ min: 2, max: 600 });

describe('randomResizedCrop', () => {
  it('lies within the image', () => {
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, item) => {
        const box = randomResizedCrop({ width, height }, random(item));
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.top).toBeGreaterThanOrEqual(0);
        expect(box.left + box.width).toBeLessThanOrEqual(width);
        expect(box.top + box.height).toBeLessThanOrEqual(height);
      }),
    );
  });

  it('keeps the area and the shape it is told to, up to rounding', () => {
    for (let item = 0; item < 500; item += 1) {
      const size = { width: 256, height: 256, minScale: 0.5, maxScale: 0.7 };
      const { width, height } = randomResizedCrop(size, random(item));
      expect((width * height) / 256 ** 2).toBeGreaterThan(0.495);
      expect((width * height) / 256 ** 2).toBeLessThan(0.705);
      expect(width / height).toBeGreaterThan(0.74);
      expect(width / height).toBeLessThan(1.35);
    }
  });

  it('reaches every corner', () => {
    const boxes = Array.from({ length: 2000 }, (_, item) =>
      randomResizedCrop({ width: 10, height: 10, minScale: 0.6, maxScale: 0.6 }, random(item)),
    );
    const ends = boxes.map(({ left, top, width, height }) =>
      [left, top, 10 - left - width, 10 - top - height].map((gap) => gap === 0),
    );
    for (const edge of [0, 1, 2, 3]) expect(ends.some((row) => row[edge])).toBe(true);
  });

  it.each([
    // No shape from 3/4 to 4/3 with the whole area fits: the widest one, in the middle.
    [
      { width: 300, height: 100 },
      { left: 83, top: 0, width: 133, height: 100 },
    ],
    [
      { width: 100, height: 300 },
      { left: 0, top: 83, width: 100, height: 133 },
    ],
  ])('falls back to the largest centred crop of %j', (size, expected) => {
    expect(randomResizedCrop({ ...size, minScale: 1 }, random(0))).toEqual(expected);
  });
});
