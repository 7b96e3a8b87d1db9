import { InvalidOptionError } from '../errors.js';
import { softmax } from './softmax.js';

/**
 * How an item's cross-entropy came about, step by step, as chapter 5 of the fast.ai book teaches it.
 * Columns have one number a class, in the order of the vocab.
 */
export interface LossExplanation {
  /** What the model said, unbounded; only differences count. */
  readonly logits: readonly number[];
  /** e to the power of each logit: positive, and far apart. Infinite for logits above 709. */
  readonly exponentials: readonly number[];
  /** The softmax: each exponential's share of their sum. They add up to 1. */
  readonly probabilities: readonly number[];
  /** Class index of the label, whose column alone decides the loss. */
  readonly actual: number;
  readonly actualProbability: number;
  /** -ln of the label's probability: 0 where the model is sure and right, and without bound where it is sure and wrong. */
  readonly loss: number;
}

/**
 * Explains the loss of one item: logits, their exponentials, the softmax of them, the label's
 * probability and its negative logarithm, in double precision. Probabilities and loss stay exact
 * for logits whose exponentials are too large or too small for a number.
 *
 * @throws InvalidOptionError for a class index that has no logit.
 */
export function explainLoss(logits: ArrayLike<number>, actual: number): LossExplanation {
  const { length } = logits;
  if (!Number.isInteger(actual) || actual < 0 || actual >= length) {
    const expected = `the label's class index, from 0 to ${length - 1}`;
    throw new InvalidOptionError('actual', actual, expected);
  }
  const values = Array.from(logits);
  const { probabilities, logProbabilities } = softmax(values);
  return {
    logits: values,
    exponentials: values.map(Math.exp),
    probabilities,
    actual,
    actualProbability: probabilities[actual]!,
    // Not a negation: that would make -0 of a loss of 0.
    loss: 0 - logProbabilities[actual]!,
  };
}
