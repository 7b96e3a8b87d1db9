import { hasNativeKernels, runKernel } from './native-kernel.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor2D } from './tf.js';

/** Cross-entropy of each row's softmax with its class index. [batch, classes], [batch] → [batch] */
export function softmaxCrossEntropy(logits: Tensor2D, targets: Tensor1D): Tensor1D {
  return hasNativeKernels() ? fused(logits, targets) : plainSoftmaxCrossEntropy(logits, targets);
}

/** The same as `softmaxCrossEntropy`, composed of ordinary operations. */
export function plainSoftmaxCrossEntropy(logits: Tensor2D, targets: Tensor1D): Tensor1D {
  return tf.tidy(() => {
    const chosen = tf.oneHot(targets, logits.shape[1], 1, 0, 'float32');
    return tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(logits)), 1));
  });
}

function fused(logits: Tensor2D, targets: Tensor1D): Tensor1D {
  const apply = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, save] = args as [Tensor2D, (saved: Tensor[]) => void];
    const [value, gradient] = runKernel({
      kernel: 'SparseSoftmaxCrossEntropyWithLogits',
      inputs: [input, targets],
      outputs: 2,
      types: { T: 'float32', Tlabels: 'int32' },
    });
    save([gradient!]);
    const gradFunc = (dy: Tensor, [saved]: Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved!);
    return { value: value!, gradFunc };
  });
  return apply(logits) as Tensor1D;
}
