/**
 * What a model said about every item of a split, as columns of equal length in item order. Keeps
 * no images and no logits, so that it stays small for 1,000 classes.
 */
export interface Predictions {
  /** Class names; class indexes below point into this. */
  readonly vocab: readonly string[];
  /** Positions of the items in their dataset version. */
  readonly items: readonly number[];
  /** Class index of the label. */
  readonly actuals: readonly number[];
  /** Class index with the largest probability. */
  readonly predicted: readonly number[];
  /** Cross-entropy of each item. */
  readonly losses: readonly number[];
  /** Probability of the label. */
  readonly actualProbabilities: readonly number[];
  /** Probability of the predicted class. */
  readonly predictedProbabilities: readonly number[];
  /**
   * How many classes come before the label, by probability and among equals by index: 0 where the
   * model is right. Missing in predictions that were stored before there were ranks.
   */
  readonly ranks?: readonly number[];
}
