import { describe, expect, it } from 'vitest';
import type { Picture } from '../data/picture.js';
import golden from './resize-item.golden.json' with { type: 'json' };
import { resizeCrop, resizeItem, squareBox, squishAndCrop, squishMargin } from './resize-item.js';

const MIDDLE = { x: 0.5, y: 0.5 };
type Method = 'crop' | 'squish' | 'pad';
type PadMode = 'reflection' | 'border' | 'zeros';

/** The image of bench/reference/resize.py. */
function waves(width: number, height: number): Picture {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const c = index % 3;
    const x = Math.floor(index / 3) % width;
    const y = Math.floor(index / 3 / width);
    return Math.round(
      127.5 + 50 * Math.sin(0.2 * x + c) + 50 * Math.cos(0.25 * y + 0.1 * x + 2 * c),
    );
  });
  return { pixels, width, height };
}

/** Largest difference of the green values from fastai's, which Pillow resizes. */
function differenceFrom(expected: readonly number[], received: Uint8Array): number {
  expect(received).toHaveLength(golden.side ** 2 * 3);
  const green = [...received].filter((_, index) => index % 3 === 1);
  return Math.max(...green.map((value, index) => Math.abs(value - expected[index]!)));
}

describe('resizeItem', () => {
  it.each(golden.resize)(
    'makes the square of fastai: $method $padMode of $width x $height at $x, $y',
    async ({ width, height, method, padMode, x, y, green }) => {
      const received = await resizeItem(waves(width, height), {
        side: golden.side,
        method: method as Method,
        padMode: padMode as PadMode,
        position: { x, y },
      });
      // libvips and Pillow weigh pixels a little differently, most at the black edge. Mirrored
      // pixels lie one of 60 further on, where waves rise by up to 15 a pixel.
      const tolerance = method === 'pad' && padMode === 'reflection' ? 15 : 6;
      expect(differenceFrom(green, received)).toBeLessThanOrEqual(tolerance);
    },
  );

  it('crops the middle unless told otherwise', async () => {
    const image = waves(60, 40);
    const options = { side: 16, method: 'crop', position: MIDDLE } as const;
    expect(await resizeItem(image, { side: 16 })).toEqual(await resizeItem(image, options));
  });

  it.each<[PadMode, number[]]>([
    ['reflection', [30, 20, 10, 10, 20, 30, 30, 20, 10]],
    ['border', [10, 10, 10, 10, 20, 30, 30, 30, 30]],
    ['zeros', [0, 0, 0, 10, 20, 30, 0, 0, 0]],
  ])('pads by %s', async (padMode, columns) => {
    const row = [10, 20, 30].flatMap((value) => [value, value, value]);
    const pixels = Uint8Array.from(new Array<number[]>(9).fill(row).flat());
    const image = { pixels, width: 3, height: 9 };
    const square = await resizeItem(image, { side: 9, method: 'pad', padMode });
    expect([...square].slice(0, 27).filter((_, index) => index % 3 === 0)).toEqual(columns);
  });

  it('fills the square from thin images too', async () => {
    const image = waves(200, 3);
    const square = await resizeItem(image, { side: 20, method: 'pad' });
    expect(square).toHaveLength(20 * 20 * 3);
    expect(Math.min(...square)).toBeGreaterThan(0);
  });
});

describe('squareBox', () => {
  // fastai's Resize(460) of images of these sizes.
  it.each([
    ['crop', { width: 500, height: 375 }, { left: 62, top: 0, width: 375, height: 375 }],
    ['crop', { width: 375, height: 500 }, { left: 0, top: 62, width: 375, height: 375 }],
    ['crop', { width: 300, height: 1000 }, { left: 0, top: 350, width: 300, height: 300 }],
    ['pad', { width: 500, height: 375 }, { left: 0, top: -62, width: 500, height: 500 }],
    ['pad', { width: 300, height: 1000 }, { left: -350, top: 0, width: 1000, height: 1000 }],
  ] as const)('for %s of %j is the centred one of fastai', (method, size, box) => {
    const { left, top, width, height } = squareBox(size, method, MIDDLE);
    // Not -0.
    expect({ left: left + 0, top: top + 0, width, height }).toEqual(box);
  });
});

describe('resizeCrop', () => {
  it('resizes a rectangle as fastai does', async () => {
    const { box, green } = golden.crop;
    const square = await resizeCrop(waves(golden.width, golden.height), box, golden.side);
    expect(differenceFrom(green, square)).toBeLessThanOrEqual(4);
  });
});

describe('squishAndCrop', () => {
  it('shows of a valid image what fastai shows', async () => {
    const square = await squishAndCrop(waves(golden.width, golden.height), golden.side);
    expect(differenceFrom(golden.valid, square)).toBeLessThanOrEqual(4);
  });

  it.each([
    [224, 32],
    [128, 24],
    [299, 48],
  ])('squishes for %i pixels to %i more', (side, margin) => {
    expect(squishMargin(side)).toBe(margin);
  });
});
