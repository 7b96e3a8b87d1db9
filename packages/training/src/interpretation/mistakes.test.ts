import { describe, expect, it } from 'vitest';
import { accuracy } from '../metrics/accuracy.js';
import { errorRate } from '../metrics/error-rate.js';
import { classReport } from './class-report.js';
import { confusionCells, confusionMatrix } from './confusion-matrix.js';
import { mostConfused } from './most-confused.js';
import type { Predictions } from './predictions.js';
import { topLosses } from './top-losses.js';

const matrix = [
  [50, 2, 3],
  [4, 40, 6],
  [5, 5, 35],
];

/** Predictions that have this confusion matrix. */
function predictionsOf(
  counts: readonly (readonly number[])[],
  losses?: readonly number[],
): Predictions {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((count, predicted) => Array.from({ length: count }, () => ({ actual, predicted }))),
  );
  return {
    vocab: counts.map((_, index) => 'abc'[index] ?? `class ${index}`),
    items: pairs.map((_, index) => 1000 + index),
    actuals: pairs.map(({ actual }) => actual),
    predicted: pairs.map(({ predicted }) => predicted),
    losses: losses ?? pairs.map(() => 1),
    actualProbabilities: pairs.map(() => 0.25),
    predictedProbabilities: pairs.map(() => 0.5),
  };
}

const predictions = predictionsOf(matrix);

describe('a confusion matrix', () => {
  it('counts actual classes in rows, predicted ones in columns', () => {
    expect(confusionMatrix(predictions)).toEqual(matrix);
  });

  it('has a sparse form with the cells that are not empty, row by row', () => {
    expect(
      confusionCells(
        predictionsOf([
          [1, 0],
          [2, 3],
        ]),
      ),
    ).toEqual({
      actuals: [0, 1, 1],
      predicted: [0, 0, 1],
      counts: [1, 2, 3],
    });
    expect(confusionCells(predictions, 6).counts).toEqual([50, 40, 6, 35]);
  });

  it('is quick for 1,000 classes and 50,000 items', () => {
    const classes = 1000;
    const count = 50_000;
    const column = Array.from({ length: count }, (_, row) => row % classes);
    const { counts } = confusionCells({
      ...predictions,
      vocab: column.slice(0, classes).map(String),
      actuals: column,
      predicted: column,
    });
    expect(counts).toEqual(new Array(classes).fill(count / classes));
  });
});

describe('mostConfused', () => {
  it('lists pairs by count, equal ones in the order of the matrix', () => {
    expect(
      mostConfused(predictions).map(({ actual, predicted, count }) => [actual, predicted, count]),
    ).toEqual([
      ['b', 'c', 6],
      ['c', 'a', 5],
      ['c', 'b', 5],
      ['b', 'a', 4],
      ['a', 'c', 3],
      ['a', 'b', 2],
    ]);
  });

  it('includes pairs with exactly the count asked for', () => {
    expect(mostConfused(predictions, 5).map(({ count }) => count)).toEqual([6, 5, 5]);
  });
});

describe('metrics', () => {
  // 125 of 150 are on the diagonal.
  it('count items that are right, and those that are wrong', () => {
    expect(accuracy.compute(predictions)).toBe(125 / 150);
    expect(errorRate.compute(predictions)).toBe(25 / 150);
  });

  it('say which way is better', () => {
    expect([accuracy.name, accuracy.higherIsBetter]).toEqual(['accuracy', true]);
    expect([errorRate.name, errorRate.higherIsBetter]).toEqual(['errorRate', false]);
  });
});

describe('classReport', () => {
  it('agrees with scikit-learn’s macro averages', () => {
    const report = classReport(predictions);
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(report.map(({ precision }) => precision))).toBeCloseTo(0.8313253341, 9);
    expect(mean(report.map(({ recall }) => recall))).toBeCloseTo(0.828956229, 9);
    expect(mean(report.map(({ f1 }) => f1))).toBeCloseTo(0.8294840348, 9);
    expect(report.map(({ label, support }) => [label, support])).toEqual([
      ['a', 55],
      ['b', 50],
      ['c', 45],
    ]);
  });

  it('is 0 for a class that never occurs', () => {
    expect(
      classReport(
        predictionsOf([
          [1, 0],
          [0, 0],
        ]),
      )[1],
    ).toEqual({
      label: 'b',
      precision: 0,
      recall: 0,
      f1: 0,
      support: 0,
    });
  });
});

describe('topLosses', () => {
  const rowsOf = (losses: readonly number[], count?: number) =>
    topLosses(
      predictionsOf(
        [
          [losses.length, 0],
          [0, 0],
        ],
        losses,
      ),
      count,
    ).map(({ row }) => row);

  it('lists the largest losses first, the earlier of equals first', () => {
    expect(rowsOf([1, 3, 2, 3])).toEqual([1, 3, 2, 0]);
    expect(rowsOf([1, 3, 2, 3], 2)).toEqual([1, 3]);
  });

  it('puts NaN before infinity before every number', () => {
    expect(rowsOf([1, Infinity, NaN, 9, NaN, Infinity])).toEqual([2, 4, 1, 5, 3, 0]);
  });

  it('says what was seen, what it is, and how likely the model thought both', () => {
    expect(
      topLosses(
        predictionsOf(
          [
            [0, 1],
            [0, 0],
          ],
          [2],
        ),
      ),
    ).toEqual([
      {
        row: 0,
        item: 1000,
        actual: 'a',
        predicted: 'b',
        loss: 2,
        actualProbability: 0.25,
        predictedProbability: 0.5,
      },
    ]);
  });
});
