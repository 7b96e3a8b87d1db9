import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';

/**
 * How much is around a map before a window slides over it: with 'same' what TensorFlow adds, more at
 * the end where it cannot be equal; with 'symmetric' half a kernel on every side, as PyTorch's
 * networks have it. They differ where the stride is above 1.
 */
export type Padding = 'same' | 'symmetric';

export interface Window {
  /** Side of the window, odd. */
  readonly kernel: number;
  readonly stride: number;
}

/** Adds half a kernel of `value` on every side, so that a 'valid' window does the rest. */
export function padSymmetrically(x: Tensor4D, { kernel }: Window, value = 0): Tensor4D {
  const half: [number, number] = [(kernel - 1) / 2, (kernel - 1) / 2];
  return tf.pad(x, [[0, 0], half, half, [0, 0]], value);
}

/** Runs a convolution over `x` with that padding, which the native kernels do not all know. */
export function withPadding(
  x: Tensor4D,
  { padding, ...window }: Window & { readonly padding: Padding },
  convolve: (x: Tensor4D, padding: 'same' | 'valid') => Tensor4D,
): Tensor4D {
  const isSame = padding === 'same' || window.stride === 1 || window.kernel === 1;
  if (isSame) return convolve(x, 'same');
  return tf.tidy(() => convolve(padSymmetrically(x, window), 'valid'));
}
