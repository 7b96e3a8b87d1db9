import { countConfusions } from '../metrics/confusion.js';
import type { Predictions } from './predictions.js';

/** The cells of a confusion matrix that are not empty, as columns of equal length. */
export interface ConfusionCells {
  /** Class indexes of the labels. */
  readonly actuals: readonly number[];
  /** Class indexes of the predictions. */
  readonly predicted: readonly number[];
  readonly counts: readonly number[];
}

/** What the counts of a confusion matrix are divided by: the sum of their row, of their column, or of all. */
export type Normalisation = 'none' | 'row' | 'column' | 'all';

export interface ConfusionMatrixOptions {
  /** By row, the diagonal is recall; by column, it is precision. @default 'none' */
  readonly normalise?: Normalisation;
}

/**
 * Counts by actual (row) and predicted (column) class, or shares if they are to be normalised. A row
 * or column without items stays 0, as in scikit-learn: no cell is ever NaN.
 */
export function confusionMatrix(
  predictions: Predictions,
  { normalise = 'none' }: ConfusionMatrixOptions = {},
): number[][] {
  const classCount = predictions.vocab.length;
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  const cells = countConfusions(predictions);
  const sums = { row: new Map<number, number>(), column: new Map<number, number>() };
  for (const { actual, predicted, count } of cells) {
    sums.row.set(actual, (sums.row.get(actual) ?? 0) + count);
    sums.column.set(predicted, (sums.column.get(predicted) ?? 0) + count);
  }
  // A cell that is not empty has a row and a column that are not empty.
  const divisors: Readonly<Record<Normalisation, (actual: number, predicted: number) => number>> = {
    none: () => 1,
    row: (actual) => sums.row.get(actual)!,
    column: (_actual, predicted) => sums.column.get(predicted)!,
    all: () => predictions.actuals.length,
  };
  const divisorOf = divisors[normalise];
  for (const { actual, predicted, count } of cells) {
    matrix[actual]![predicted] = count / divisorOf(actual, predicted);
  }
  return matrix;
}

/** The cells with `minCount` items or more, row by row: all that is needed for many classes. */
export function confusionCells(predictions: Predictions, minCount = 1): ConfusionCells {
  const cells = countConfusions(predictions).filter(({ count }) => count >= minCount);
  return {
    actuals: cells.map(({ actual }) => actual),
    predicted: cells.map(({ predicted }) => predicted),
    counts: cells.map(({ count }) => count),
  };
}
