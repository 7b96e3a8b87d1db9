import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../errors.js';
import { heatColour } from '../../interpretation/colour-map.js';
import type { Picture } from '../../data/picture.js';
import { overlayHeatMap } from './overlay-heat-map.js';

const grey: Picture = { pixels: new Uint8Array(8 * 6 * 3).fill(100), width: 8, height: 6 };
const mapOf = (values: readonly number[], width: number, height: number) => ({
  classIndex: 0,
  width,
  height,
  values,
});
const pixelAt = ({ pixels, width }: Picture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('overlayHeatMap', () => {
  it('has the size of the picture, and leaves the picture as it is', async () => {
    const overlaid = await overlayHeatMap(grey, mapOf([0, 1, 0.5, 0.2], 2, 2));
    expect([overlaid.width, overlaid.height, overlaid.pixels.length]).toEqual([8, 6, 144]);
    expect(new Set(grey.pixels)).toEqual(new Set([100]));
  });

  it('mixes picture and colour by the opacity', async () => {
    const hot = mapOf([1, 1, 1, 1], 2, 2);
    const [red, green, blue] = heatColour(1);
    const expected = [red, green, blue].map((level) => Math.round(0.75 * 100 + 0.25 * level));
    expect(pixelAt(await overlayHeatMap(grey, hot, { opacity: 0.25 }), 3, 2)).toEqual(expected);
    expect(pixelAt(await overlayHeatMap(grey, hot, { opacity: 1 }), 3, 2)).toEqual([
      red,
      green,
      blue,
    ]);
    expect((await overlayHeatMap(grey, hot, { opacity: 0 })).pixels).toEqual(grey.pixels);
  });

  it('puts a cell where it is in the picture, and smooths in between', async () => {
    const overlaid = await overlayHeatMap(grey, mapOf([0, 1, 0, 1], 2, 2), { opacity: 1 });
    expect(pixelAt(overlaid, 0, 0)).toEqual([...heatColour(0)]);
    expect(pixelAt(overlaid, 7, 5)).toEqual([...heatColour(1)]);
    const reds = Array.from({ length: 8 }, (_, x) => pixelAt(overlaid, x, 3)[0]!);
    expect(reds).toEqual(reds.toSorted((left, right) => left - right));
    expect(new Set(reds).size).toBeGreaterThan(3);
  });

  it('keeps rows apart from columns', async () => {
    const overlaid = await overlayHeatMap(grey, mapOf([0, 0, 0, 1, 1, 1], 3, 2), { opacity: 1 });
    expect(pixelAt(overlaid, 7, 0)).toEqual([...heatColour(0)]);
    expect(pixelAt(overlaid, 0, 5)).toEqual([...heatColour(1)]);
  });

  it.each([-0.1, 1.1, NaN])('refuses an opacity of %s', async (opacity) => {
    await expect(overlayHeatMap(grey, mapOf([1], 1, 1), { opacity })).rejects.toThrow(
      InvalidOptionError,
    );
  });
});
