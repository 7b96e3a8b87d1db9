import type { Predictions } from './predictions.js';

/** Predictions that have this confusion matrix (actual classes in rows): items from 1000 on, all alike otherwise. */
export function predictionsOfCounts(
  counts: readonly (readonly number[])[],
  vocab: readonly string[] = counts.map((_, index) => `class ${index}`),
): Predictions {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((count, predicted) => Array.from({ length: count }, () => ({ actual, predicted }))),
  );
  return {
    vocab,
    items: pairs.map((_, index) => 1000 + index),
    actuals: pairs.map(({ actual }) => actual),
    predicted: pairs.map(({ predicted }) => predicted),
    losses: pairs.map(() => 1),
    actualProbabilities: pairs.map(() => 0.25),
    predictedProbabilities: pairs.map(() => 0.5),
  };
}
