import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { Loss } from './loss.js';

export interface FocalOptions {
  /** How much less an item counts the surer the model is of its label; 0 is cross-entropy. @default 2 */
  readonly gamma?: number;
}

/** Keeps the gradient of a power below 1 finite where the model is quite sure; float32's epsilon. */
const SMALLEST_DOUBT = 2 ** -23;

/**
 * Cross-entropy that looks away from what is already right (Lin et al., 2017): each item's times
 * (1 - probability of its label)^gamma.
 */
export function focal({ gamma = 2 }: FocalOptions = {}): Loss {
  if (!(gamma >= 0 && gamma < Infinity))
    throw new InvalidOptionError('gamma', gamma, 'a number of 0 or more');
  return {
    byItem: (logits, targets) =>
      tf.tidy(() => {
        const losses = softmaxCrossEntropy(logits, targets);
        const doubts = tf.maximum(tf.neg(tf.expm1(tf.neg(losses))), SMALLEST_DOUBT);
        return tf.mul(tf.pow(doubts, gamma), losses);
      }),
  };
}
