import { hasNativeKernels, nativeBackend, runKernel } from './native-kernel.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor4D } from './tf.js';

export interface BatchNormOptions {
  /** Gamma. [channels] */
  readonly scale: Tensor1D;
  /** Beta. [channels] */
  readonly offset: Tensor1D;
  readonly epsilon: number;
}

/** Mean and unbiased variance of a batch, by channel. */
export interface BatchStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export interface TrainingBatchNormOptions extends BatchNormOptions {
  /** Sees the batch's statistics, which are disposed of when it returns. */
  readonly observe?: (statistics: BatchStatistics) => void;
}

/** Normalises `x` with its own statistics: by the biased variance, while `observe` sees the unbiased. */
export function trainingBatchNorm(x: Tensor4D, options: TrainingBatchNormOptions): Tensor4D {
  const backend = nativeBackend();
  if (backend === null) return plainBatchNorm(x, options);
  return backend.isUsingGpuDevice ? cudnnBatchNorm(x, options) : fusedBatchNorm(x, options);
}

/** Normalises `x` with given statistics, for which there is no gradient. */
export function inferenceBatchNorm(
  x: Tensor4D,
  options: BatchNormOptions & BatchStatistics,
): Tensor4D {
  if (hasNativeKernels()) return fusedInferenceBatchNorm(x, options);
  const { mean, variance, scale, offset, epsilon } = options;
  return tf.batchNorm4d(x, mean, variance, offset, scale, epsilon);
}

/** The same as `trainingBatchNorm`, composed of ordinary operations. */
export function plainBatchNorm(
  x: Tensor4D,
  { scale, offset, epsilon, observe }: TrainingBatchNormOptions,
): Tensor4D {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const count = x.size / scale.size;
    observe?.({
      mean: mean as Tensor1D,
      variance: tf.mul(variance, count / Math.max(count - 1, 1)),
    });
    const inverse = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale);
    return tf.add(tf.mul(tf.sub(x, mean), inverse), offset);
  });
}

const fusedInferenceBatchNorm = (
  x: Tensor4D,
  { mean, variance, ...options }: BatchNormOptions & BatchStatistics,
): Tensor4D =>
  withKernels(x, options, {
    isTraining: { forward: false, gradient: false },
    statistics: () => [mean, variance],
  });

/**
 * Statistics first, then one kernel each way. The kernel's own statistics add up a channel's numbers
 * one after the other, which is off by up to 6e-5 where there are 400,000: enough to drift away from
 * PyTorch within a hundred steps. Sums by image first are exact to 3e-7.
 */
const fusedBatchNorm = (x: Tensor4D, { observe, ...options }: TrainingBatchNormOptions): Tensor4D =>
  withKernels(x, options, {
    isTraining: { forward: false, gradient: true },
    statistics(input) {
      const { mean, variance } = batchMoments(input);
      const count = input.size / options.scale.size;
      observe?.({ mean, variance: tf.mul(variance, count / Math.max(count - 1, 1)) });
      return [mean, variance];
    },
  });

/** cuDNN's kernels, which sum in parallel and hand statistics of their own kind to the gradient. */
const cudnnBatchNorm = (x: Tensor4D, { observe, ...options }: TrainingBatchNormOptions): Tensor4D =>
  withKernels(x, options, {
    isTraining: { forward: true, gradient: true },
    statistics: () => [tf.tensor1d([]), tf.tensor1d([])],
    forGradient([, mean, variance, ...reserved]) {
      observe?.({ mean: mean as Tensor1D, variance: variance as Tensor1D });
      return reserved;
    },
  });

interface Kernels {
  /** Whether each kernel is told that its statistics are the batch's own. */
  readonly isTraining: { readonly forward: boolean; readonly gradient: boolean };
  /** Mean and variance that the forward kernel gets. */
  statistics(input: Tensor): readonly [Tensor, Tensor];
  /** What the gradient's kernel gets, out of what the forward one gave. @default those statistics */
  forGradient?(outputs: readonly Tensor[]): readonly Tensor[];
}

/** TensorFlow's kernels, whose gradient TensorFlow.js would compose of operations on whole activations. */
function withKernels(
  x: Tensor4D,
  { scale, offset, epsilon }: BatchNormOptions,
  kernels: Kernels,
): Tensor4D {
  const attributes = (training: boolean) =>
    ({
      types: { T: 'float32', U: 'float32' },
      numbers: { epsilon },
      words: { data_format: 'NHWC' },
      flags: { is_training: training },
    }) as const;
  const normalise = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, gamma, beta, save] = args as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void];
    const given = kernels.statistics(input);
    const outputs = runKernel({
      kernel: 'FusedBatchNormV3',
      inputs: [input, gamma, beta, ...given],
      outputs: 6,
      ...attributes(kernels.isTraining.forward),
    });
    // The third is for cards only.
    save([input, gamma, ...(kernels.forGradient?.(outputs) ?? [...given, tf.tensor1d([])])]);

    const gradFunc = (dy: Tensor, [savedInput, savedScale, ...kept]: Tensor[]) =>
      runKernel({
        kernel: 'FusedBatchNormGradV3',
        inputs: [dy, savedInput!, savedScale!, ...kept],
        outputs: 5,
        ...attributes(kernels.isTraining.gradient),
      }).slice(0, 3);
    return { value: outputs[0]!, gradFunc };
  });
  return normalise(x, scale, offset) as Tensor4D;
}

/** Mean and biased variance by channel: of each image, then of all. */
function batchMoments(x: Tensor): { mean: Tensor1D; variance: Tensor1D } {
  return tf.tidy(() => {
    const byChannel = (values: Tensor) => tf.mean<Tensor1D>(tf.mean(values, [1, 2]), 0);
    const mean = byChannel(x);
    return { mean, variance: byChannel(tf.squaredDifference(x, mean)) };
  });
}
