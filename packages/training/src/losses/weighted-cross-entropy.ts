import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import { tf } from '../engine/tf.js';
import type { Tensor1D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { Loss } from './loss.js';

export interface WeightedCrossEntropyOptions {
  /** What an item of each class counts for, in the order of the vocab; `balancedClassWeights` gives them. */
  readonly classWeights: readonly number[];
}

/**
 * Cross-entropy in which classes count differently, for sets with rare classes. The mean is by
 * weight, as PyTorch's is: sum(weight * loss) / sum(weight).
 */
export function weightedCrossEntropy({ classWeights }: WeightedCrossEntropyOptions): Loss {
  for (const [classIndex, weight] of classWeights.entries()) {
    if (!(weight >= 0 && weight < Infinity))
      throw new InvalidOptionError(`classWeights[${classIndex}]`, weight, 'a number of 0 or more');
  }
  const weights = (targets: Tensor1D): Tensor1D =>
    tf.tidy(() => tf.gather(tf.tensor1d([...classWeights], 'float32'), targets));
  return {
    byItem: (logits, targets) =>
      tf.tidy(() => tf.mul(softmaxCrossEntropy(logits, targets), weights(targets))),
    weights,
  };
}

/**
 * Weights under which every class counts the same in total, from the train items of each class:
 * items / (classes * items of the class). They are 1 on average over the items.
 */
export function balancedClassWeights(counts: readonly number[]): number[] {
  const items = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, classIndex) => {
    if (!Number.isInteger(count) || count < 1)
      throw new InvalidOptionError(`counts[${classIndex}]`, count, 'an integer of 1 or more');
    return items / (counts.length * count);
  });
}
