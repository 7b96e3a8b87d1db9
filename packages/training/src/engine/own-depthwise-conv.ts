import { isRecording } from './gradients.js';
import { runKernel } from './native-kernel.js';
import { hasOwnKernels } from './own-kernels.js';
import { tf } from './tf.js';
import type { Tensor, Tensor4D } from './tf.js';

/** The window of a convolution of each channel by itself. */
export interface DepthwiseWindow {
  /** Side of the window. */
  readonly kernel: number;
  readonly stride: number;
  /** Half a kernel on every side where 'symmetric', else what TensorFlow calls SAME. */
  readonly padding: 'same' | 'symmetric';
}

/**
 * Whether our own operations are built and made for this window, and gradients are wanted: without
 * them TensorFlow's operations serve, which a graph can fold batch norm into.
 */
export function suitsOwnDepthwiseConv({ kernel, stride }: DepthwiseWindow): boolean {
  return (
    hasOwnKernels() &&
    isRecording() &&
    (kernel === 3 || kernel === 5) &&
    (stride === 1 || stride === 2)
  );
}

/** Convolves each channel of `x` by itself; `filter` is [kernel, kernel, channels, 1]. */
export function ownDepthwiseConv(
  x: Tensor4D,
  filter: Tensor4D,
  { stride, padding }: DepthwiseWindow,
): Tensor4D {
  const attributes = { integers: { stride }, flags: { symmetric: padding === 'symmetric' } };
  const convolve = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [map, taps, save] = args as [Tensor, Tensor, (saved: Tensor[]) => void];
    save([map, taps]);
    const inputs = [map, taps];
    const [value] = runKernel({
      kernel: 'WhetstoneDepthwiseConv',
      inputs,
      outputs: 1,
      ...attributes,
    });
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runKernel({
        kernel: 'WhetstoneDepthwiseConvGrad',
        inputs: [dy, ...saved],
        outputs: 2,
        ...attributes,
      });
    return { value: value!, gradFunc };
  });
  return convolve(x, filter) as Tensor4D;
}
