import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, constant, cosine, exponential, linear } from './annealing.js';

describe('annealing from 0 to 2', () => {
  it.each([
    ['linear', linear(0, 2), [0, 0.5, 1, 1.5, 2]],
    // 1 - cos(pi * p)
    ['cosine', cosine(0, 2), [0, 0.29289322, 1, 1.70710678, 2]],
    ['constant', constant(2), [2, 2, 2, 2, 2]],
  ])('%s', (_name, annealing, expected) => {
    for (const [index, value] of expected.entries())
      expect(annealing(index / 4)).toBeCloseTo(value, 8);
  });

  it('exponential multiplies by the same factor each time', () => {
    const annealing = exponential(1e-7, 10);
    for (const [progress, value] of [
      [0, 1e-7],
      [0.01, 1.202264e-7],
      [0.5, 1e-3],
      [0.99, 8.317638],
    ] as const) {
      expect(annealing(progress) / value).toBeCloseTo(1, 6);
    }
  });

  it('starts and ends where it is told, and never leaves the range', () => {
    const value = fc.double({ min: 1e-6, max: 100, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.double({ min: 0, max: 1, noNaN: true }), (...draws) => {
        const [start, end, progress] = draws;
        for (const annealing of [linear, cosine, exponential].map((make) => make(start, end))) {
          expect(annealing(0)).toBeCloseTo(start, 9);
          expect(annealing(1)).toBeCloseTo(end, 9);
          const here = annealing(progress);
          // Rounding is relative to the larger of the two, however small the other is.
          const rounding = 1e-12 * Math.max(start, end);
          expect(here).toBeGreaterThanOrEqual(Math.min(start, end) - rounding);
          expect(here).toBeLessThanOrEqual(Math.max(start, end) + rounding);
        }
      }),
    );
  });
});

describe('combine', () => {
  // fastai's own test values of combined_cos(0.25, 0.5, 1, 0).
  it.each([
    [0, 0.5],
    [0.1, 0.67275],
    [0.25, 1],
    [0.5, 0.75],
    [1, 0],
  ])('runs one cosine after the other: at %d it is %d', (progress, value) => {
    const annealing = combine([
      [0.25, cosine(0.5, 1)],
      [0.75, cosine(1, 0)],
    ]);
    expect(annealing(progress)).toBeCloseTo(value, 5);
  });

  it('passes over a segment without length', () => {
    const annealing = combine([
      [0, linear(5, 6)],
      [1, linear(0, 1)],
    ]);
    expect([0, 0.5, 1].map(annealing)).toEqual([0, 0.5, 1]);
  });

  it.each([
    ['too much', [0.5, 0.6]],
    ['too little', [0.5]],
    ['a negative share', [-0.5, 1.5]],
  ])('refuses %s', (_what, shares) => {
    const make = () => combine(shares.map((share) => [share, constant(1)]));
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
