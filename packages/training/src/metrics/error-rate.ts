import { countConfusions } from './confusion.js';
import type { Metric } from './metric.js';

/** The share of items that the model gets wrong. */
export const errorRate: Metric = {
  name: 'errorRate',
  higherIsBetter: false,
  compute(predictions) {
    const wrong = countConfusions(predictions)
      .filter(({ actual, predicted }) => actual !== predicted)
      .reduce((sum, { count }) => sum + count, 0);
    return wrong / predictions.actuals.length;
  },
};
