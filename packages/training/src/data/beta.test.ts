import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { symmetricBeta } from './beta.js';
import { uniforms } from './random.js';

interface GoldenRow {
  readonly alpha: number;
  readonly shares: readonly number[];
  readonly quantiles: readonly number[];
}

/** Quantiles by SciPy: `bench/reference/beta.py`. */
const golden = JSON.parse(
  readFileSync(new URL('beta.golden.json', import.meta.url), 'utf8'),
) as GoldenRow[];

const DRAWS = 20_000;

function draw(alpha: number): number[] {
  const random = uniforms({ seed: 1, purpose: 'beta test' });
  return Array.from({ length: DRAWS }, () => symmetricBeta(alpha, random));
}

describe('symmetricBeta', () => {
  it.each(golden)('draws by the distribution for alpha $alpha', ({ alpha, shares, quantiles }) => {
    const values = draw(alpha);
    for (const [index, quantile] of quantiles.entries()) {
      const below = values.filter((value) => value < quantile).length / DRAWS;
      // Five standard deviations of a share near one half.
      expect(Math.abs(below - shares[index]!)).toBeLessThan((5 * 0.5) / Math.sqrt(DRAWS));
    }
  });

  it('stays a number from 0 to 1 for an alpha that leaves nothing in between', () => {
    for (const value of draw(1e-4)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  it('gives the same for the same numbers', () => {
    expect(draw(0.4).slice(0, 50)).toEqual(draw(0.4).slice(0, 50));
  });
});
