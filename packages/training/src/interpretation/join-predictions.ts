import type { Predictions } from './predictions.js';

/** Puts predictions of parts of a split together, in the order of the parts. */
export function joinPredictions(
  vocab: readonly string[],
  parts: readonly Omit<Predictions, 'vocab'>[],
): Predictions {
  return {
    vocab,
    items: parts.flatMap(({ items }) => items),
    actuals: parts.flatMap(({ actuals }) => actuals),
    predicted: parts.flatMap(({ predicted }) => predicted),
    losses: parts.flatMap(({ losses }) => losses),
    actualProbabilities: parts.flatMap(({ actualProbabilities }) => actualProbabilities),
    predictedProbabilities: parts.flatMap(({ predictedProbabilities }) => predictedProbabilities),
    ...(parts.every(({ ranks }) => ranks !== undefined) && {
      ranks: parts.flatMap(({ ranks }) => ranks ?? []),
    }),
  };
}
