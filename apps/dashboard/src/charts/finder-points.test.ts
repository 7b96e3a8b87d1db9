import { describe, expect, it } from 'vitest';
import { FinderCurve } from '../live/finder-curve.js';
import { finderLossRange, markedSuggestions, readablePart } from './finder-points.js';

function curveOf(losses: readonly number[]): FinderCurve {
  const curve = new FinderCurve();
  const indexes = losses.map((_, index) => index);
  const learningRates = indexes.map((index) => 10 ** (index / 10 - 7));
  curve.append({ indexes, learningRates, losses, smoothedLosses: losses });
  return curve;
}

const flat = (points: number) => curveOf(Array.from({ length: points }, () => 2));

describe('readablePart', () => {
  it('leaves out the first tenth while the finder runs', () => {
    expect(readablePart(flat(40))).toEqual({ from: 10, to: 40 });
  });

  it('leaves out the last five points as well once it has ended', () => {
    const curve = flat(80);
    curve.setVerdict({ stoppedBecause: 'DIVERGED', suggestions: [] });
    expect(readablePart(curve)).toEqual({ from: 10, to: 75 });
  });

  it('takes a tenth of the points that there are if every rate was tried', () => {
    const curve = flat(50);
    curve.setVerdict({ stoppedBecause: 'COMPLETED', suggestions: [] });
    expect(readablePart(curve)).toEqual({ from: 5, to: 45 });
  });
});

describe('markedSuggestions', () => {
  it('places a suggestion on the curve, and leaves out one without an answer', () => {
    const curve = curveOf([5, 4, 3, 2]);
    const note = '';
    curve.setVerdict({
      stoppedBecause: 'COMPLETED',
      suggestions: [
        { method: 'VALLEY', learningRate: 10 ** -6.9, index: 1, note },
        { method: 'SLIDE', learningRate: null, index: null, note },
      ],
    });
    expect(markedSuggestions(curve)).toEqual([
      { method: 'VALLEY', learningRate: 10 ** -6.9, loss: 4 },
    ]);
  });
});

describe('finderLossRange', () => {
  it('is not set by a loss that runs away', () => {
    const losses = Array.from({ length: 90 }, (_, point) => (point < 80 ? 2 - point / 80 : 1000));
    const [low, high] = finderLossRange(curveOf(losses))!;
    expect(low).toBeCloseTo(2 - 79 / 80);
    expect(high).toBeLessThan(4);
  });

  it('is unknown while there is nothing to read', () => {
    expect(finderLossRange(flat(3))).toBeNull();
  });
});
