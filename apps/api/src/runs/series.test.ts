import { describe, expect, it } from 'vitest';
import { BatchColumns } from './batch-columns.js';
import type { RunFact } from './run-event.js';
import { initialState, nextState } from './run-state.js';
import { type Points, pointsOf, reduceSeries, seriesNames } from './series.js';
import { smoothed } from './smoothing.js';
import { batches, epochEnd, settings } from '../testing/facts.js';

const all = { maxPoints: 1000, smoothing: 0 };

function points(values: readonly number[], firstStep = 0): Points {
  const steps = values.map((_value, index) => firstStep + index);
  return { steps, epochs: steps.map(() => 0), times: steps, phases: steps.map(() => 0), values };
}

function foldOf(...facts: readonly RunFact[]) {
  const columns = new BatchColumns();
  let state = initialState(settings);
  for (const [seq, fact] of facts.entries()) {
    const event = { runId: 'run_1', seq, attempt: 1, at: seq, fact };
    columns.add(event);
    state = nextState(state, event);
  }
  return { columns, state, batchSize: 10 };
}

describe('reduceSeries', () => {
  it('leaves a series alone that is small enough', () => {
    expect(reduceSeries(points([3, 1, 2]), all)).toEqual({
      steps: [0, 1, 2],
      epochs: [0, 0, 0],
      times: [0, 1, 2],
      min: [3, 1, 2],
      max: [3, 1, 2],
      mean: [3, 1, 2],
      last: [3, 1, 2],
      counts: [1, 1, 1],
      nonFinite: [0, 0, 0],
      bucketSize: 1,
      reduced: false,
    });
  });

  it('gathers steps into buckets whose size is a power of two', () => {
    const { steps, min, max, mean, last, counts, bucketSize, reduced } = reduceSeries(
      points([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      { maxPoints: 3, smoothing: 0 },
    );
    expect({ steps, min, max, mean, last, counts, bucketSize, reduced }).toEqual({
      steps: [0, 4, 8],
      min: [0, 4, 8],
      max: [3, 7, 9],
      mean: [1.5, 5.5, 8.5],
      last: [3, 7, 9],
      counts: [4, 4, 2],
      bucketSize: 4,
      reduced: true,
    });
  });

  it('never moves a full bucket as the series grows', () => {
    const values = Array.from({ length: 300 }, (_, step) => Math.sin(step));
    const before = reduceSeries(points(values.slice(0, 200)), { maxPoints: 64, smoothing: 0 });
    const after = reduceSeries(points(values), { maxPoints: 80, smoothing: 0 });
    expect(before.bucketSize).toBe(after.bucketSize);
    const full = 200 / before.bucketSize;
    for (const column of ['steps', 'min', 'max', 'mean', 'last'] as const) {
      expect(after[column].slice(0, full)).toEqual(before[column].slice(0, full));
    }
  });

  it('aligns buckets to multiples of their size, wherever a cut begins', () => {
    const { steps, counts } = reduceSeries(points([0, 1, 2, 3, 4, 5, 6, 7]), {
      ...all,
      from: 3,
      maxPoints: 2,
    });
    expect([steps, counts]).toEqual([
      [3, 4],
      [1, 4],
    ]);
  });

  it('counts what is not finite, and keeps it out of everything else', () => {
    const values = [Number.NaN, 2, Infinity, 4, Number.NaN, -Infinity, Infinity, Number.NaN];
    const { min, max, mean, last, counts, nonFinite } = reduceSeries(points(values), {
      maxPoints: 2,
      smoothing: 0,
    });
    expect({ min, max, mean, last, counts, nonFinite }).toEqual({
      min: [2, Number.NaN],
      max: [4, Number.NaN],
      mean: [3, Number.NaN],
      last: [4, Number.NaN],
      counts: [2, 0],
      nonFinite: [2, 4],
    });
  });

  it('cuts to steps and to a phase', () => {
    const twoPhases = { ...points([0, 1, 2, 3]), phases: [1, 1, 3, 3] };
    expect(reduceSeries(twoPhases, { ...all, from: 1, to: 2 }).steps).toEqual([1, 2]);
    expect(reduceSeries(twoPhases, { ...all, phase: 3 }).steps).toEqual([2, 3]);
  });

  it('smooths before it cuts and reduces', () => {
    const values = [0, 10, 0, 10, 0, 10, 0, 10];
    const whole = smoothed(values, 0.9);
    const cut = reduceSeries(points(values), { from: 4, maxPoints: 2, smoothing: 0.9 });
    expect(cut.last).toEqual([whole[5], whole[7]]);
  });
});

describe('smoothed', () => {
  it('is TensorBoard’s average, corrected for having begun at 0', () => {
    // By hand, weight 0.5: (1·½)/½ = 1; (½·½ + 3·½)/¾ = 7/3; (7/4·½ + 5·½)/⅞ = 27/7.
    const expected = [1, 7 / 3, 27 / 7];
    for (const [index, value] of smoothed([1, 3, 5], 0.5).entries()) {
      expect(value).toBeCloseTo(expected[index]!, 12);
    }
  });

  it('passes what is not finite and goes on as if it had not been', () => {
    const without = smoothed([1, 3], 0.9);
    expect(smoothed([1, Number.NaN, Infinity, 3], 0.9)).toEqual([
      without[0],
      Number.NaN,
      Infinity,
      without[1],
    ]);
  });
});

describe('the series of a run', () => {
  it('are named for what was reported', () => {
    const { columns, state } = foldOf(batches(0, [1, 2]), epochEnd(0, 1));
    expect(seriesNames(columns, state)).toEqual([
      'loss',
      'smoothedLoss',
      'learningRate',
      'learningRate/0',
      'learningRate/1',
      'momentum',
      'imagesPerSecond',
      'trainLoss',
      'validLoss',
      'errorRate',
    ]);
    expect(seriesNames(new BatchColumns(), initialState(settings))).toEqual([]);
  });

  it('have one point a batch or an epoch', () => {
    const fold = foldOf(batches(0, [5, 4]), epochEnd(0, 1), batches(2, [3, 2], 1), epochEnd(1, 3));
    expect(pointsOf('loss', fold)).toMatchObject({ steps: [0, 1, 2, 3], values: [5, 4, 3, 2] });
    expect(pointsOf('learningRate/0', fold)?.values).toEqual([1e-5, 1e-5, 1e-5, 1e-5]);
    expect(pointsOf('errorRate', fold)).toMatchObject({ steps: [1, 3], epochs: [0, 1] });
    expect(pointsOf('unknown', fold)).toBeUndefined();
  });

  it('tell images a second from the time between batches of one epoch', () => {
    const fold = foldOf(batches(0, [5, 4]), batches(2, [3, 2], 1));
    // `batches` are 100 ms apart, of 10 images each; the first of an epoch has none before it.
    expect(pointsOf('imagesPerSecond', fold)).toMatchObject({ steps: [1, 3], values: [100, 100] });
  });

  it('drop what lies beyond a rewind', () => {
    const fold = foldOf(
      batches(0, [5, 4, 3]),
      { type: 'rewound', toStep: 1, toEpoch: 0, toPhase: 0 },
      batches(1, [9, 8]),
    );
    expect(pointsOf('loss', fold)).toMatchObject({ steps: [0, 1, 2], values: [5, 9, 8] });
    expect(pointsOf('learningRate/1', fold)?.values).toHaveLength(3);
  });
});
