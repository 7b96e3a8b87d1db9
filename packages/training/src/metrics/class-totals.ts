import type { Predictions } from '../interpretation/predictions.js';
import { countConfusions } from './confusion.js';

/** What one class adds to a confusion matrix. */
export interface ClassTotals {
  /** Items of this class: the sum of its row. */
  readonly actual: number;
  /** Items predicted as this class: the sum of its column. */
  readonly predicted: number;
  /** Items of this class predicted as such: its cell on the diagonal. */
  readonly right: number;
}

/** Totals of every class of the vocab, by class index. */
export function totalsByClass(predictions: Predictions): ClassTotals[] {
  const empty = () => new Array<number>(predictions.vocab.length).fill(0);
  const [actuals, predicteds, rights] = [empty(), empty(), empty()];
  for (const { actual, predicted, count } of countConfusions(predictions)) {
    actuals[actual]! += count;
    predicteds[predicted]! += count;
    if (actual === predicted) rights[actual]! += count;
  }
  return actuals.map((actual, index) => ({
    actual,
    predicted: predicteds[index]!,
    right: rights[index]!,
  }));
}

/** Totals of the classes that occur, as a label or as a prediction, as scikit-learn counts them. */
export const classTotals = (predictions: Predictions): ClassTotals[] =>
  totalsByClass(predictions).filter(({ actual, predicted }) => actual + predicted > 0);

/** Sum of one value of each. */
export const sumOf = <T>(values: readonly T[], read: (value: T) => number): number =>
  values.reduce((sum, value) => sum + read(value), 0);

/** A part of a whole; nothing of nothing is 0. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
