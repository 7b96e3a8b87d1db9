import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { Loss } from './loss.js';

export interface LabelSmoothingOptions {
  /** Share of each target that is spread evenly over all classes, from 0 to 1. @default 0.1 */
  readonly epsilon?: number;
}

/**
 * Cross-entropy with targets that are not quite sure (Szegedy et al., 2016), so that a model has no
 * reason to make its logits ever larger. Good where some labels are wrong.
 */
export function labelSmoothing({ epsilon = 0.1 }: LabelSmoothingOptions = {}): Loss {
  if (!(epsilon >= 0 && epsilon <= 1))
    throw new InvalidOptionError('epsilon', epsilon, 'a number from 0 to 1');
  return {
    byItem: (logits, targets) =>
      tf.tidy(() => {
        const ofLabel = tf.mul(softmaxCrossEntropy(logits, targets), 1 - epsilon);
        const ofAllClasses = tf.mul(tf.mean(tf.logSoftmax(logits), 1), -epsilon);
        return tf.add(ofLabel, ofAllClasses);
      }),
  };
}
