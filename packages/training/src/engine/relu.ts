import { hasNativeKernels, runKernel } from './native-kernel.js';
import { tf } from './tf.js';
import type { Tensor } from './tf.js';

/** max(x, 0). */
export function relu<T extends Tensor>(x: T): T {
  return hasNativeKernels() ? rectify(x, tf.relu, 'ReluGrad') : tf.relu(x);
}

/** min(max(x, 0), 6). */
export function relu6<T extends Tensor>(x: T): T {
  return hasNativeKernels() ? rectify(x, tf.relu6, 'Relu6Grad') : tf.relu6(x);
}

/** TensorFlow.js composes these gradients of four passes over the whole activation; this is one. */
function rectify<T extends Tensor>(x: T, forward: (x: T) => T, gradient: string): T {
  const apply = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, save] = args as [T, (saved: Tensor[]) => void];
    const value = forward(input);
    // The output serves as well as the input and is kept by the next layer anyway.
    save([value]);
    const gradFunc = (dy: Tensor, [features]: Tensor[]) =>
      runKernel({
        kernel: gradient,
        inputs: [dy, features!],
        outputs: 1,
        types: { T: 'float32' },
      })[0]!;
    return { value, gradFunc };
  });
  return apply(x);
}
