import type { Predictions } from '../interpretation/predictions.js';
import { classTotals, share, sumOf } from './class-totals.js';
import type { Metric } from './metric.js';

/**
 * Agreement beyond what guessing with the same class shares would reach (Cohen, 1960): 1 is always
 * right, 0 is no better than that. 0 as well when there is only one class.
 */
export const cohenKappa: Metric = {
  name: 'cohenKappa',
  higherIsBetter: true,
  compute(predictions) {
    const { items, right, together } = agreementOf(predictions);
    return share(items * right - together, items ** 2 - together);
  },
};

/**
 * Correlation of labels and predictions (Matthews, 1975; for many classes Gorodkin, 2004), from -1
 * to 1. 0 when all labels, or all predictions, are the same.
 */
export const matthews: Metric = {
  name: 'matthews',
  higherIsBetter: true,
  compute(predictions) {
    const { items, right, together, actualSquares, predictedSquares } = agreementOf(predictions);
    return share(
      items * right - together,
      Math.sqrt((items ** 2 - predictedSquares) * (items ** 2 - actualSquares)),
    );
  },
};

/** Sums over classes that both are made of. */
function agreementOf(predictions: Predictions) {
  const classes = classTotals(predictions);
  return {
    items: sumOf(classes, ({ actual }) => actual),
    right: sumOf(classes, ({ right }) => right),
    together: sumOf(classes, ({ actual, predicted }) => actual * predicted),
    actualSquares: sumOf(classes, ({ actual }) => actual ** 2),
    predictedSquares: sumOf(classes, ({ predicted }) => predicted ** 2),
  };
}
