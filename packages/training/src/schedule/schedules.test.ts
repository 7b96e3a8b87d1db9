import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantRate } from './constant.js';
import { flatCosine } from './flat-cosine.js';
import { groupRates } from './group-rates.js';
import { oneCycle } from './one-cycle.js';
import type { Schedule } from './schedule.js';

/** Values before batch `batch` of `batches`, relative to what is expected. */
function expectRate(schedule: Schedule, progress: number, rate: number): void {
  expect(schedule(progress).learningRate / rate).toBeCloseTo(1, 8);
}

const peaks = fc.double({ min: 1e-8, max: 10, noNaN: true });
const progresses = fc.double({ min: 0, max: 1, noNaN: true });

// Reference values were computed from fastai's formulas in double precision.
describe('oneCycle', () => {
  it.each([
    [0, 4e-4, 0.95],
    [1, 0.001316718427, 0.9404508497],
    [2, 0.003716718427, 0.9154508497],
    [4, 0.009083281573, 0.8595491503],
    [5, 0.01, 0.85],
    [6, 0.009890739096, 0.85109262],
    [10, 0.007500025, 0.875],
    [15, 0.002500075, 0.925],
    [19, 0.0001093609037, 0.94890738],
  ])('before batch %i of 20 gives rate %d and momentum %d', (batch, rate, momentum) => {
    const schedule = oneCycle({ peak: 1e-2 });
    expectRate(schedule, batch / 20, rate);
    expect(schedule(batch / 20).momentum).toBeCloseTo(momentum, 8);
  });

  it.each([
    [0, 8e-5],
    [1, 8.048331931e-5],
    [50, 0.001055231325],
    [98, 0.001999516681],
    [99, 0.002],
  ])("warms up for fine_tune's frozen stage: batch %i of 100 at %d", (batch, rate) => {
    expectRate(oneCycle({ peak: 2e-3, warmupShare: 0.99 }), batch / 100, rate);
  });

  it.each([
    [0, 2e-4],
    [15, 6e-4],
    [30, 1e-3],
    [65, 5.00005e-4],
    [99, 5.134616947e-7],
  ])("follows fine_tune's second stage: batch %i of 100 at %d", (batch, rate) => {
    const schedule = oneCycle({ peak: 1e-3, warmupShare: 0.3, startDivisor: 5 });
    expectRate(schedule, batch / 100, rate);
  });

  it('never leaves the range between the last rate and the peak', () => {
    fc.assert(
      fc.property(peaks, progresses, progresses, (peak, progress, warmupShare) => {
        const { learningRate, momentum } = oneCycle({ peak, warmupShare })(progress);
        expect(learningRate).toBeLessThanOrEqual(peak * (1 + 1e-9));
        expect(learningRate).toBeGreaterThanOrEqual((peak / 1e5) * (1 - 1e-9));
        expect(momentum).toBeGreaterThanOrEqual(0.85 - 1e-9);
        expect(momentum).toBeLessThanOrEqual(0.95 + 1e-9);
      }),
    );
  });

  it.each([-0.1, 1.1, NaN])('refuses a warm-up of %d', (warmupShare) => {
    const make = () => oneCycle({ peak: 1, warmupShare });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('flatCosine', () => {
  it.each([
    [0, 1e-3],
    [15, 1e-3],
    [17, 6.545119521e-4],
    [19, 9.55005479e-5],
  ])('before batch %i of 20 gives %d, and leaves momentum alone', (batch, rate) => {
    const schedule = flatCosine({ peak: 1e-3 });
    expectRate(schedule, batch / 20, rate);
    expect(schedule(batch / 20).momentum).toBe(0.9);
  });
});

it('constantRate never moves', () => {
  const schedule = constantRate(3e-3);
  for (const progress of [0, 0.3, 1])
    expect(schedule(progress)).toEqual({ learningRate: 3e-3, momentum: 0.9 });
});

describe('groupRates', () => {
  it.each([
    ['one rate', { kind: 'rate', rate: 3e-3 }, [3e-3, 3e-3, 3e-3]],
    ['slice(3e-3)', { kind: 'slice', max: 3e-3 }, [3e-4, 3e-4, 3e-3]],
    ['slice(1e-6, 1e-4)', { kind: 'range', min: 1e-6, max: 1e-4 }, [1e-6, 1e-5, 1e-4]],
  ] as const)('spreads %s over three groups', (_name, rates, expected) => {
    for (const [group, rate] of groupRates(rates, 3).entries())
      expect(rate / expected[group]!).toBeCloseTo(1, 12);
  });

  it.each([
    ['one rate', { kind: 'rate', rate: 3e-3 }],
    ['a slice', { kind: 'slice', max: 3e-3 }],
    ['a range', { kind: 'range', min: 1e-6, max: 3e-3 }],
  ] as const)('gives a single group the highest of %s', (_name, rates) => {
    expect(groupRates(rates, 1)).toEqual([3e-3]);
  });
});
