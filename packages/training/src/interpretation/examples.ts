import { InvalidOptionError } from '../errors.js';
import { type ItemPrediction, itemPrediction } from './item-prediction.js';
import type { Predictions } from './predictions.js';

export interface ExampleOrder {
  /** Whether the most or the least probable come first. @default 'highest' */
  readonly order?: 'highest' | 'lowest';
  /** Probability of which class decides: the label or the predicted one. @default 'actual' */
  readonly probabilityOf?: 'actual' | 'predicted';
  /** How many at most. @default 9 */
  readonly count?: number;
}

export interface ExamplesOptions extends ExampleOrder {
  /** Only items with this label. */
  readonly actual?: string;
  /** Only items that were predicted as this class. */
  readonly predicted?: string;
}

/** Items of one class, the ones asked for. */
export interface ClassExamples {
  readonly label: string;
  readonly examples: readonly ItemPrediction[];
}

/**
 * Items of one cell of the confusion matrix, or of a row or column, by probability; among equals
 * the earlier row comes first, and NaN last. With `probabilityOf: 'predicted'`, the first items of a
 * cell off the diagonal are the mistakes that the model was surest of.
 *
 * @throws InvalidOptionError for a name that is not in the vocab.
 */
export function examples(
  predictions: Predictions,
  { actual, predicted, ...order }: ExamplesOptions = {},
): ItemPrediction[] {
  const label = classIndexOf(predictions, 'actual', actual);
  const guess = classIndexOf(predictions, 'predicted', predicted);
  const rows = [...predictions.items.keys()].filter(
    (row) =>
      (label === undefined || predictions.actuals[row] === label) &&
      (guess === undefined || predictions.predicted[row] === guess),
  );
  return take(predictions, rows, order);
}

/** The most (or least) probable items of every class, by label, in the order of the vocab. */
export function examplesByClass(
  predictions: Predictions,
  order: ExampleOrder = {},
): ClassExamples[] {
  const rows = predictions.vocab.map((): number[] => []);
  for (const [row, actual] of predictions.actuals.entries()) rows[actual]!.push(row);
  return predictions.vocab.map((label, index) => ({
    label,
    examples: take(predictions, rows[index]!, order),
  }));
}

function take(
  predictions: Predictions,
  rows: readonly number[],
  { order = 'highest', probabilityOf = 'actual', count = 9 }: ExampleOrder,
): ItemPrediction[] {
  const probabilities =
    probabilityOf === 'actual'
      ? predictions.actualProbabilities
      : predictions.predictedProbabilities;
  const sign = order === 'highest' ? -1 : 1;
  const rank = (row: number) => {
    const probability = probabilities[row]!;
    return Number.isNaN(probability) ? 2 : sign * probability;
  };
  return rows
    .toSorted((left, right) => rank(left) - rank(right) || left - right)
    .slice(0, count)
    .map((row) => itemPrediction(predictions, row));
}

function classIndexOf(
  { vocab }: Predictions,
  option: string,
  label: string | undefined,
): number | undefined {
  if (label === undefined) return undefined;
  const index = vocab.indexOf(label);
  if (index === -1) throw new InvalidOptionError(option, label, 'a class of the vocab');
  return index;
}
