import type { Predictions } from '../interpretation/predictions.js';

/** How often items of one class were predicted as another (or as the same). */
export interface ConfusionCount {
  /** Class index of the label. */
  readonly actual: number;
  /** Class index of the prediction. */
  readonly predicted: number;
  readonly count: number;
}

/**
 * Counts pairs of label and prediction that occur at all, by actual, then predicted class. Takes
 * time and space by the number of items, not of classes squared.
 */
export function countConfusions({
  vocab,
  actuals,
  predicted,
}: Pick<Predictions, 'vocab' | 'actuals' | 'predicted'>): ConfusionCount[] {
  const classCount = vocab.length;
  const counts = new Map<number, number>();
  for (const [row, actual] of actuals.entries()) {
    const cell = actual * classCount + predicted[row]!;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return [...counts]
    .sort(([left], [right]) => left - right)
    .map(([cell, count]) => ({
      actual: Math.floor(cell / classCount),
      predicted: cell % classCount,
      count,
    }));
}
