import { type Activation, CEILINGS } from './activation.js';
import { runKernel } from './native-kernel.js';
import type { RunningStatistics } from './running-statistics.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor4D } from './tf.js';

/** Batch norm with the activation behind it, as one operation each way. */
export interface OwnBatchNorm {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly scale: Tensor1D;
  readonly offset: Tensor1D;
  readonly epsilon: number;
  readonly activation: Activation;
  /** Whether mean and variance are those of `x`, so that they move with it. */
  readonly hasOwnStatistics: boolean;
}

/**
 * Normalises and rectifies in one pass over memory, where TensorFlow's operations take two, and as
 * many fewer on the way back. Needs our own operations (`hasOwnKernels`).
 */
export function ownBatchNorm(
  x: Tensor4D,
  { mean, variance, scale, offset, epsilon, activation, hasOwnStatistics }: OwnBatchNorm,
): Tensor4D {
  const attributes = {
    numbers: { epsilon, ceiling: CEILINGS[activation] },
    flags: { rectified: activation !== 'none', own_statistics: hasOwnStatistics },
  };
  const normalise = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, gamma, beta, save] = args as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void];
    save([input, mean, variance, gamma, beta]);
    const [value] = runKernel({
      kernel: 'WhetstoneNormActivation',
      inputs: [input, mean, variance, gamma, beta],
      outputs: 1,
      ...attributes,
    });
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runKernel({
        kernel: 'WhetstoneNormActivationGrad',
        inputs: [dy, ...saved],
        outputs: 3,
        ...attributes,
      });
    return { value: value!, gradFunc };
  });
  return normalise(x, scale, offset) as Tensor4D;
}

/** Mean and biased variance by channel, in one pass, summed in double precision. Moves running statistics on. */
export function ownMoments(
  x: Tensor4D,
  running: RunningStatistics | undefined,
): { mean: Tensor1D; variance: Tensor1D } {
  const before = running
    ? [running.mean, running.variance]
    : [tf.zeros([x.shape[3]]), tf.zeros([x.shape[3]])];
  const [mean, variance, movedMean, movedVariance] = runKernel({
    kernel: 'WhetstoneMoments',
    inputs: [x, ...before],
    outputs: 4,
    numbers: { share: running?.share ?? 0 },
  });
  running?.mean.assign(movedMean!);
  running?.variance.assign(movedVariance!);
  return { mean: mean as Tensor1D, variance: variance as Tensor1D };
}
