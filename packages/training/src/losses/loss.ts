import { tf } from '../engine/tf.js';
import type { Scalar, Tensor1D, Tensor2D } from '../engine/tf.js';

/** Says how wrong logits are, differentiably: its mean over a batch is what a fit makes small. */
export interface Loss {
  /** What each item adds to the loss. [batch, classes], [batch] → [batch] */
  readonly byItem: (logits: Tensor2D, targets: Tensor1D) => Tensor1D;
  /** What each item counts for in a mean; without it, 1. [batch] → [batch] */
  readonly weights?: (targets: Tensor1D) => Tensor1D;
}

/** What the items of a batch add, divided by what they count for. [batch, classes], [batch] → scalar */
export function meanLoss(loss: Loss, logits: Tensor2D, targets: Tensor1D): Scalar {
  return tf.tidy(() => {
    const losses = loss.byItem(logits, targets);
    const weights = loss.weights?.(targets);
    return weights === undefined ? tf.mean(losses) : tf.div(tf.sum(losses), tf.sum(weights));
  });
}
