import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import type { Loss } from './loss.js';

/** Cross-entropy of the softmax with the label: the loss of classifiers with one label an item. */
export const crossEntropy: Loss = { byItem: softmaxCrossEntropy };
