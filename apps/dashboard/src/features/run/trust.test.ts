import { describe, expect, it } from 'vitest';
import { trustIn } from './trust.js';

describe('trustIn', () => {
  it('gives one standard error of a share', () => {
    const { onePicture, standardError, mayStillBe } = trustIn(0.083, 107);
    expect(onePicture).toBeCloseTo(1 / 107);
    // sqrt(0.083 * 0.917 / 107)
    expect(standardError).toBeCloseTo(0.02667, 4);
    expect(mayStillBe).toBeNull();
  });

  it('does not claim certainty where there was no mistake', () => {
    expect(trustIn(0, 107)).toEqual({
      onePicture: 1 / 107,
      standardError: null,
      mayStillBe: 3 / 107,
    });
  });

  it('has no standard error where everything was wrong', () => {
    expect(trustIn(1, 4).standardError).toBeNull();
  });
});
