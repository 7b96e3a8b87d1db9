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

/** Counts by actual (row) and predicted (column) class. */
export function confusionMatrix(predictions: Predictions): number[][] {
  const classCount = predictions.vocab.length;
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (const { actual, predicted, count } of countConfusions(predictions)) {
    matrix[actual]![predicted] = count;
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
