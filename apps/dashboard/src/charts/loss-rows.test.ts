import { describe, expect, it } from 'vitest';
import { LossSeries } from '../live/loss-series.js';
import { lossRows } from './loss-rows.js';

function seriesOf(losses: readonly number[]): LossSeries {
  const series = new LossSeries();
  const steps = losses.map((_, step) => step);
  const ones = losses.map(() => 1);
  const columns = { epochs: ones, learningRates: ones, momentums: ones, smoothedLosses: losses };
  series.append({ ...columns, steps, losses });
  return series;
}

describe('lossRows', () => {
  const view = { range: [-0.5, 10], maxBuckets: 100, log: false } as const;

  it('draws each step of a short run', () => {
    const rows = lossRows(seriesOf([3, 2, 1]), view);
    expect(rows).toEqual({
      steps: [0, 1, 2],
      losses: [3, 2, 1],
      smoothed: [3, 2, 1],
      nonFinite: [],
      bucketSize: 1,
    });
  });

  it('tells which losses are not finite, and leaves a gap for them', () => {
    const { losses, nonFinite } = lossRows(seriesOf([3, NaN, Infinity, 1]), view);
    expect(losses).toEqual([3, null, null, 1]);
    expect(nonFinite).toEqual([1, 2]);
  });

  it('leaves a gap for 0 on a logarithmic axis', () => {
    expect(lossRows(seriesOf([1, 0, 2]), { ...view, log: true }).losses).toEqual([1, null, 2]);
  });

  it('draws one step beyond each edge of a zoom, so that the line runs on', () => {
    const { steps } = lossRows(seriesOf([9, 8, 7, 6, 5, 4, 3]), { ...view, range: [2.5, 4.2] });
    expect(steps).toEqual([2, 3, 4, 5]);
  });
});
