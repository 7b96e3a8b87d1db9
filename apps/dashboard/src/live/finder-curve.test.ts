import { describe, expect, it } from 'vitest';
import { appendPoints, FinderCurve, type FinderPoints } from './finder-curve.js';

function points(indexes: readonly number[], rest: Partial<FinderPoints> = {}): FinderPoints {
  return {
    indexes,
    learningRates: indexes.map((index) => 1e-7 * 10 ** index),
    losses: indexes.map(() => 2),
    smoothedLosses: indexes.map(() => 2),
    suggestions: [],
    stoppedBecause: null,
    rewoundTo: null,
    ...rest,
  };
}

const valley = { method: 'VALLEY', learningRate: 2e-3, index: 1, note: 'The middle' } as const;

describe('appendPoints', () => {
  it('keeps each point once', () => {
    const curve = new FinderCurve();
    appendPoints(curve, points([0, 1]));
    appendPoints(curve, points([1, 2]));
    expect([...curve.column('indexes')]).toEqual([0, 1, 2]);
  });

  it('has a verdict once the last message has come', () => {
    const curve = new FinderCurve();
    appendPoints(curve, points([0]));
    expect(curve.verdict).toBeNull();
    appendPoints(curve, points([], { stoppedBecause: 'DIVERGED', suggestions: [valley] }));
    expect(curve.verdict).toEqual({ stoppedBecause: 'DIVERGED', suggestions: [valley] });
  });

  it('forgets verdict and points when the finder starts again', () => {
    const curve = new FinderCurve();
    appendPoints(curve, points([0, 1, 2], { stoppedBecause: 'STOPPED' }));
    appendPoints(curve, points([0], { rewoundTo: 0 }));
    expect([...curve.column('indexes')]).toEqual([0]);
    expect(curve.verdict).toBeNull();
  });
});
