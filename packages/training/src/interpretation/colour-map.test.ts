import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatColour } from './colour-map.js';

/** From Matplotlib, by `bench/reference/interpretation.py`. */
const golden = JSON.parse(
  readFileSync(new URL('colour-map.golden.json', import.meta.url), 'utf8'),
) as { readonly places: readonly number[]; readonly colours: readonly (readonly number[])[] };

const lightness = (value: number): number => {
  const [red, green, blue] = heatColour(value);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

describe('heatColour', () => {
  it('is cividis', () => {
    for (const [index, place] of golden.places.entries()) {
      for (const [channel, level] of golden.colours[index]!.entries()) {
        // Straight lines between sixteenths are up to 8 of 256 levels off where the map bends, near 0.1.
        expect(Math.abs(heatColour(place)[channel]! - level)).toBeLessThanOrEqual(8);
      }
    }
  });

  it('is the lighter the larger the value, so that it can be read in grey', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, value, (one, other) => {
        // Rounding to whole levels may cost less than one.
        if (one < other) expect(lightness(one)).toBeLessThan(lightness(other) + 1);
      }),
    );
  });

  it.each([
    ['below 0', -3, heatColour(0)],
    ['above 1', 7, heatColour(1)],
    ['that is NaN', NaN, heatColour(0)],
  ])('takes the nearer end for a value %s', (_sentence, value, colour) => {
    expect(heatColour(value)).toEqual(colour);
  });
});
