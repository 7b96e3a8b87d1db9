import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';

/** Keeps the division finite for gradients of zero; PyTorch's value. */
const EPSILON = 1e-6;

/**
 * Scales all gradients by one factor so that together they are no longer than `maxNorm` (Pascanu et
 * al., 2013), as PyTorch's `clip_grad_norm_` does; shorter ones stay as they are. Consumes
 * `gradients`; the caller disposes of what is returned.
 */
export function clipGradients(
  gradients: ReadonlyMap<string, Tensor>,
  maxNorm: number,
): Map<string, Tensor> {
  const names = [...gradients.keys()];
  const old = [...gradients.values()];
  const clipped = tf.tidy(() => {
    const squares = old.map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(tf.addN(squares));
    const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, EPSILON)), 1);
    return old.map((gradient) => tf.mul(gradient, factor));
  });
  tf.dispose(old);
  return new Map(names.map((name, index) => [name, clipped[index]!]));
}
