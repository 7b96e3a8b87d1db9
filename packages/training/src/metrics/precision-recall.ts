import { type ClassTotals, classTotals, share, sumOf } from './class-totals.js';
import type { Metric } from './metric.js';

/**
 * How classes make one number: each the same (`macro`), each by its items (`weighted`), or all items
 * in one pot (`micro`, which is accuracy where an item has one label).
 */
export type ClassAverage = 'macro' | 'micro' | 'weighted';

export interface ClassAverageOptions {
  /** @default 'macro' */
  readonly average?: ClassAverage;
}

/** Of the items predicted as a class, the share that is; 0 for a class that is never predicted. */
export const precision = (options: ClassAverageOptions = {}): Metric =>
  averaged('Precision', options, ({ right, predicted }) => share(right, predicted));

/** Of the items of a class, the share that was found; 0 for a class without items. */
export const recall = (options: ClassAverageOptions = {}): Metric =>
  averaged('Recall', options, ({ right, actual }) => share(right, actual));

/** Harmonic mean of a class's precision and recall; 0 when both are. */
export const f1 = (options: ClassAverageOptions = {}): Metric =>
  averaged('F1', options, ({ right, actual, predicted }) => share(2 * right, actual + predicted));

function averaged(
  quantity: string,
  { average = 'macro' }: ClassAverageOptions,
  ofClass: (totals: ClassTotals) => number,
): Metric {
  return {
    name: `${average}${quantity}`,
    higherIsBetter: true,
    compute: (predictions) => averageOf(classTotals(predictions), average, ofClass),
  };
}

function averageOf(
  classes: readonly ClassTotals[],
  average: ClassAverage,
  ofClass: (totals: ClassTotals) => number,
): number {
  const items = sumOf(classes, ({ actual }) => actual);
  switch (average) {
    case 'macro':
      return share(sumOf(classes, ofClass), classes.length);
    case 'weighted':
      return share(
        sumOf(classes, (totals) => ofClass(totals) * totals.actual),
        items,
      );
    case 'micro':
      return ofClass({
        actual: items,
        predicted: items,
        right: sumOf(classes, ({ right }) => right),
      });
  }
}
