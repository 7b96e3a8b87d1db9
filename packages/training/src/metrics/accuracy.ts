import { countConfusions } from './confusion.js';
import type { Metric } from './metric.js';

/** The share of items whose label has the largest probability. */
export const accuracy: Metric = {
  name: 'accuracy',
  higherIsBetter: true,
  compute(predictions) {
    const right = countConfusions(predictions)
      .filter(({ actual, predicted }) => actual === predicted)
      .reduce((sum, { count }) => sum + count, 0);
    return right / predictions.actuals.length;
  },
};
