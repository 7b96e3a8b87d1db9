import { describe, expect, it } from 'vitest';
import { randomResizedSquare, resizeSquare } from './item-transforms.js';

/** Red is the column, green the row. */
const picture = (width: number, height: number) => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return [pixel % width, Math.floor(pixel / width), 0][index % 3]!;
  }),
});
const place = { seed: 1, epoch: 0, item: 0, split: 'valid' } as const;
const refused = expect.objectContaining({ code: 'INVALID_OPTION' }) as Error;

describe('resizeSquare', () => {
  // fastai's Resize: offset floor(0.5 * (long - short)), here without any resizing.
  it.each([
    ['wide', 50, 37, [6, 0]],
    ['high', 37, 50, [0, 6]],
    ['square', 40, 40, [0, 0]],
  ])('takes the centre of a %s picture on valid', async (...row) => {
    const [, width, height, corner] = row;
    const side = Math.min(width, height);
    const square = await resizeSquare(side)(picture(width, height), place);
    expect([square.width, square.height, square.pixels.length]).toEqual([
      side,
      side,
      side * side * 3,
    ]);
    expect([...square.pixels.subarray(0, 2)]).toEqual(corner);
  });

  it('takes another place every epoch and for every item on train', async () => {
    const leftOf = async (epoch: number, item: number) => {
      const train = { ...place, epoch, item, split: 'train' } as const;
      return (await resizeSquare(20)(picture(200, 20), train)).pixels[0]!;
    };
    const epochs = await Promise.all([0, 1, 2, 3].map((epoch) => leftOf(epoch, 0)));
    const items = await Promise.all([0, 1, 2, 3].map((item) => leftOf(0, item)));
    expect([new Set(epochs).size, new Set(items).size]).toEqual([4, 4]);
    expect(await leftOf(2, 0)).toBe(epochs[2]);
  });

  it('averages when it shrinks', async () => {
    const checks = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => {
      const pixel = Math.floor(index / 3);
      return ((pixel % 64) + Math.floor(pixel / 64)) % 2 === 0 ? 0 : 255;
    });
    const small = await resizeSquare(8)({ width: 64, height: 64, pixels: checks }, place);
    for (const value of small.pixels) expect(Math.abs(value - 127)).toBeLessThanOrEqual(2);
  });

  it.each([0, -3, 2.5])('refuses a side of %d', (side) => {
    expect(() => resizeSquare(side)).toThrow(refused);
  });
});

describe('randomResizedSquare', () => {
  it('takes another part every epoch and for every item on train, and the same again', async () => {
    const of = async (epoch: number, item: number) => {
      const train = { ...place, epoch, item, split: 'train' } as const;
      return [...(await randomResizedSquare(16)(picture(64, 48), train)).pixels].join();
    };
    const all = await Promise.all([of(0, 0), of(1, 0), of(2, 0), of(0, 1)]);
    expect(new Set(all).size).toBe(4);
    expect(await of(1, 0)).toBe(all[1]);
  });

  it('keeps the middle of the whole on valid', async () => {
    const { pixels, width, height } = await randomResizedSquare(56)(picture(128, 64), place);
    expect([width, height]).toEqual([56, 56]);
    // 56 pixels are the middle of 64, to which both sides are squished: columns 8 to 120 of 128.
    const [first, last] = [pixels[0]!, pixels[(width - 1) * 3]!];
    expect(Math.abs(first - 8.5)).toBeLessThanOrEqual(1);
    expect(Math.abs(last - 118.5)).toBeLessThanOrEqual(1);
  });

  it('refuses a side of half a pixel', () => {
    expect(() => randomResizedSquare(0.5)).toThrow(refused);
  });
});
