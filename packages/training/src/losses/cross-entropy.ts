import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import { tf } from '../engine/tf.js';
import type { Tensor1D, Tensor2D } from '../engine/tf.js';
import type { Loss } from './loss.js';

/** Mean over the batch of the softmax's cross-entropy: the loss of classifiers with one label an item. */
export const crossEntropy: Loss = (logits, targets) =>
  tf.tidy(() => tf.mean(crossEntropyByItem(logits, targets)));

/** Cross-entropy of each item of a batch. [batch, classes], [batch] → [batch] */
export function crossEntropyByItem(logits: Tensor2D, targets: Tensor1D): Tensor1D {
  return softmaxCrossEntropy(logits, targets);
}
