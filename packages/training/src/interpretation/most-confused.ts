import { countConfusions } from '../metrics/confusion.js';
import type { Predictions } from './predictions.js';

/** A class that was taken for another. */
export interface Confusion {
  /** Name of the label. */
  readonly actual: string;
  /** Name of the class it was taken for. */
  readonly predicted: string;
  readonly count: number;
}

/**
 * Pairs of classes confused `minCount` times or more, most often first; equal counts stay in the
 * order of the matrix, row by row. A taken for B and B taken for A are two entries.
 */
export function mostConfused(predictions: Predictions, minCount = 1): Confusion[] {
  const { vocab } = predictions;
  return countConfusions(predictions)
    .filter(({ actual, predicted, count }) => actual !== predicted && count >= minCount)
    .sort((left, right) => right.count - left.count)
    .map(({ actual, predicted, count }) => ({
      actual: vocab[actual]!,
      predicted: vocab[predicted]!,
      count,
    }));
}
