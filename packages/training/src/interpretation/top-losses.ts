import { type ItemPrediction, itemPrediction } from './item-prediction.js';
import type { Predictions } from './predictions.js';

/** One item and how wrong the model was about it. */
export type TopLoss = ItemPrediction;

/**
 * The `count` items with the largest losses, largest first; among equals the earlier row. A loss
 * that is NaN comes before every number: nothing says more clearly that something is broken.
 */
export function topLosses(predictions: Predictions, count = Infinity): TopLoss[] {
  const { losses } = predictions;
  const rank = (row: number) => (Number.isNaN(losses[row]) ? Infinity : losses[row]!);
  return [...losses.keys()]
    .sort(
      (left, right) =>
        Number(Number.isNaN(losses[right])) - Number(Number.isNaN(losses[left])) ||
        compareDescending(rank(left), rank(right)) ||
        left - right,
    )
    .slice(0, count)
    .map((row) => itemPrediction(predictions, row));
}

/** Unlike a difference, this is 0 for two infinities. */
function compareDescending(left: number, right: number): number {
  if (left === right) return 0;
  return left > right ? -1 : 1;
}
