import { relu } from '../engine/relu.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D, Tensor4D } from '../engine/tf.js';
import { dropout } from './dropout.js';
import { batchNorm, linear } from './layers.js';
import type { ForwardContext, Layer } from './module.js';
import type { ParameterStore } from './parameter-store.js';

export interface HeadOptions {
  /** Channels of the body's output. */
  readonly features: number;
  readonly classes: number;
  /** Share dropped before the last layer, half of it before the first (fastai's `ps`). @default 0.5 */
  readonly dropout?: number;
}

/** Channels between the head's two matrix products. */
export const HEAD_HIDDEN = 512;
const NORM = { epsilon: 1e-5, initialOffset: 1e-3 };

/**
 * fastai's head after `concatPool`: two blocks of batch norm, dropout and a matrix product.
 * [batch, 1, 1, 2 * features] → [batch, classes]
 */
export function head(
  store: ParameterStore,
  { features, classes, dropout: share = 0.5 }: HeadOptions,
): Layer<Tensor4D, Tensor2D> {
  const pooled = 2 * features;
  const norm1 = batchNorm(store, 'head.norm1', { channels: pooled, ...NORM });
  const dropout1 = dropout('head.dropout1', share / 2);
  const linear1 = linear(store, 'head.linear1', { inputs: pooled, outputs: HEAD_HIDDEN });
  const norm2 = batchNorm(store, 'head.norm2', { channels: HEAD_HIDDEN, ...NORM });
  const dropout2 = dropout('head.dropout2', share);
  const linear2 = linear(store, 'head.linear2', { inputs: HEAD_HIDDEN, outputs: classes });

  const forward = (x: Tensor4D, context: ForwardContext): Tensor2D => {
    const normed1 = flatten(norm1.forward(x, context));
    const hidden = relu(linear1.forward(dropout1.forward(normed1, context), context));
    const normed2 = flatten(norm2.forward(unflatten(hidden), context));
    return linear2.forward(dropout2.forward(normed2, context), context);
  };
  return { forward: (x, context) => tf.tidy(() => forward(x, context)) };
}

/** The maximum, then the mean, of each channel: fastai's `AdaptiveConcatPool2d`. [batch, h, w, c] → [batch, 1, 1, 2c] */
export function concatPool(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  // Pooling rather than `tf.max`: where several places hold the maximum, only one gets its gradient.
  const highest = tf.maxPool(x, [height, width], 1, 'valid');
  return tf.concat([highest, tf.mean(x, [1, 2], true)], 3);
}

const flatten = (x: Tensor4D): Tensor2D => tf.reshape(x, [x.shape[0], x.shape[3]]);

const unflatten = (x: Tensor2D): Tensor4D => tf.reshape(x, [x.shape[0], 1, 1, x.shape[1]]);
