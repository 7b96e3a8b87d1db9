import { classTotals, share, sumOf } from './class-totals.js';
import type { Metric } from './metric.js';

/** The mean share of each class that was found, over classes that have items: accuracy for uneven sets. */
export const balancedAccuracy: Metric = {
  name: 'balancedAccuracy',
  higherIsBetter: true,
  compute(predictions) {
    const classes = classTotals(predictions).filter(({ actual }) => actual > 0);
    return share(
      sumOf(classes, ({ right, actual }) => right / actual),
      classes.length,
    );
  },
};
