import { InvalidOptionError } from '../errors.js';
import type { Predictions } from '../interpretation/predictions.js';
import { classTotals, share, sumOf, totalsByClass } from './class-totals.js';
import { countConfusions } from './confusion.js';
import type { Metric } from './metric.js';

export interface CohenKappaOptions {
  /**
   * What a mistake counts: all the same, or more the further apart label and prediction are in the
   * vocab (`linear`), or the square of that (`quadratic`), for classes that have an order, such as
   * grades. @default all the same
   */
  readonly weights?: 'linear' | 'quadratic';
}

/**
 * Agreement beyond what guessing with the same class shares would reach (Cohen, 1960; weighted 1968):
 * 1 is always right, 0 is no better than that. 0 as well when there is only one class. With weights
 * it is reported as `linearCohenKappa` or `quadraticCohenKappa`; all classes of the vocab count for
 * distances, as in scikit-learn when it is given all labels.
 */
export function cohenKappa({ weights }: CohenKappaOptions = {}): Metric {
  const power = weights === undefined ? 0 : POWERS[weights];
  if (power === undefined)
    throw new InvalidOptionError('weights', weights, "'linear', 'quadratic' or left out");
  return {
    name: weights === undefined ? 'cohenKappa' : `${weights}CohenKappa`,
    higherIsBetter: true,
    compute(predictions) {
      const { mistakes, byChance } = weighMistakes(predictions, power);
      return share(byChance - mistakes, byChance);
    },
  };
}

const POWERS: Readonly<Record<string, number>> = { linear: 1, quadratic: 2 };

/** Weighted counts of mistakes: those made, and those that guessing would make, times the number of items. */
function weighMistakes(predictions: Predictions, power: number) {
  const items = predictions.actuals.length;
  const weigh = (one: number, other: number) =>
    one === other ? 0 : Math.abs(one - other) ** power;
  const cells = countConfusions(predictions);
  const mistakes = sumOf(cells, ({ actual, predicted, count }) => count * weigh(actual, predicted));
  const totals = [...totalsByClass(predictions).entries()];
  const byChance = sumOf(totals, ([one, { actual }]) =>
    sumOf(totals, ([other, { predicted }]) => actual * predicted * weigh(one, other)),
  );
  return { mistakes: mistakes * items, byChance };
}

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

/** Sums over classes that it is made of. */
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
