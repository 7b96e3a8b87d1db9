import type { Predictions } from './predictions.js';

/** One item and what the model said about it. */
export interface ItemPrediction {
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

/** One row of the predictions, with names for class indexes. */
export function itemPrediction(predictions: Predictions, row: number): ItemPrediction {
  const { vocab, items, actuals, predicted, losses } = predictions;
  return {
    row,
    item: items[row]!,
    actual: vocab[actuals[row]!]!,
    predicted: vocab[predicted[row]!]!,
    loss: losses[row]!,
    actualProbability: predictions.actualProbabilities[row]!,
    predictedProbability: predictions.predictedProbabilities[row]!,
  };
}
