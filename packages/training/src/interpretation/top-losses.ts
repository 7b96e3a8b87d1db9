import type { Predictions } from './predictions.js';

/** One item and how wrong the model was about it. */
export interface TopLoss {
  /** Row in the predictions. */
  readonly row: number;
  /** Position of the item in its dataset version. */
  readonly item: number;
  /** Name of the label. */
  readonly actual: string;
  /** Name of the predicted class. */
  readonly predicted: string;
  readonly loss: number;
  /** Probability of the label, which the loss is made of. */
  readonly actualProbability: number;
  /** Probability of the predicted class. */
  readonly predictedProbability: number;
}

/**
 * The `count` items with the largest losses, largest first; among equals the earlier row. A loss
 * that is NaN comes before every number: nothing says more clearly that something is broken.
 */
export function topLosses(predictions: Predictions, count = Infinity): TopLoss[] {
  const { vocab, items, actuals, predicted, losses } = predictions;
  const rank = (row: number) => (Number.isNaN(losses[row]) ? Infinity : losses[row]!);
  return [...losses.keys()]
    .sort(
      (left, right) =>
        Number(Number.isNaN(losses[right])) - Number(Number.isNaN(losses[left])) ||
        compareDescending(rank(left), rank(right)) ||
        left - right,
    )
    .slice(0, count)
    .map((row) => ({
      row,
      item: items[row]!,
      actual: vocab[actuals[row]!]!,
      predicted: vocab[predicted[row]!]!,
      loss: losses[row]!,
      actualProbability: predictions.actualProbabilities[row]!,
      predictedProbability: predictions.predictedProbabilities[row]!,
    }));
}

/** Unlike a difference, this is 0 for two infinities. */
function compareDescending(left: number, right: number): number {
  if (left === right) return 0;
  return left > right ? -1 : 1;
}
