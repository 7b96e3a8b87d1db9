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

/** TensorFlow's kernels, whose gradient TensorFlow.js would compose of operations on whole activations. */
function fusedInferenceBatchNorm(
  x: Tensor4D,
  { mean, variance, scale, offset, epsilon }: BatchNormOptions & BatchStatistics,
): Tensor4D {
  const attributes = { ...attributesOf(epsilon), flags: { is_training: false } };
  const normalise = tf.customGrad((...args: unknown[]) => {
    const [input, gamma, beta, save] = args as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void];
    const [value] = runKernel({
      kernel: 'FusedBatchNormV3',
      inputs: [input, gamma, beta, mean, variance],
      outputs: 6,
      ...attributes,
    });
    save([input, gamma, mean, variance]);

    const gradFunc = (dy: Tensor, [savedInput, savedScale, ...statistics]: Tensor[]) =>
      runKernel({
        kernel: 'FusedBatchNormGradV3',
        inputs: [dy, savedInput!, savedScale!, ...statistics, tf.tensor1d([])],
        outputs: 5,
        ...attributes,
      }).slice(0, 3);
    return { value: value!, gradFunc };
  });
  return normalise(x, scale, offset) as Tensor4D;
}

const attributesOf = (epsilon: number) =>
  ({
    types: { T: 'float32', U: 'float32' },
    numbers: { epsilon },
    words: { data_format: 'NHWC' },
  }) as const;

/**
 * Statistics first, then one kernel each way. The kernel's own statistics add up a channel's numbers
 * one after the other, which is off by up to 6e-5 where there are 400,000: enough to drift away from
 * PyTorch within a hundred steps. Sums by image first are exact to 3e-7.
 */
function fusedBatchNorm(
  x: Tensor4D,
  { scale, offset, epsilon, observe }: TrainingBatchNormOptions,
): Tensor4D {
  const attributes = attributesOf(epsilon);
  const normalise = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, gamma, beta, save] = args as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void];
    const { mean, variance } = batchMoments(input);
    const count = input.size / gamma.size;
    observe?.({ mean, variance: tf.mul(variance, count / Math.max(count - 1, 1)) });
    const [value] = runKernel({
      kernel: 'FusedBatchNormV3',
      inputs: [input, gamma, beta, mean, variance],
      outputs: 6,
      ...attributes,
      flags: { is_training: false },
    });
    save([input, gamma, mean, variance]);

    const gradFunc = (dy: Tensor, [savedInput, savedScale, ...statistics]: Tensor[]) =>
      runKernel({
        kernel: 'FusedBatchNormGradV3',
        inputs: [dy, savedInput!, savedScale!, ...statistics, tf.tensor1d([])],
        outputs: 5,
        ...attributes,
        flags: { is_training: true },
      }).slice(0, 3);
    return { value: value!, gradFunc };
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

/** cuDNN's kernels, which sum in parallel and hand statistics of their own kind to the gradient. */
function cudnnBatchNorm(
  x: Tensor4D,
  { scale, offset, epsilon, observe }: TrainingBatchNormOptions,
): Tensor4D {
  const attributes = { ...attributesOf(epsilon), flags: { is_training: true } };

  const normalise = tf.customGrad((...args: unknown[]) => {
    // customGrad's types do not know that it hands over the inputs, then `save`.
    const [input, gamma, beta, save] = args as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void];
    const none = tf.tensor1d([]);
    const [value, mean, variance, ...reserved] = runKernel({
      kernel: 'FusedBatchNormV3',
      inputs: [input, gamma, beta, none, none],
      outputs: 6,
      ...attributes,
    });
    observe?.({ mean: mean as Tensor1D, variance: variance as Tensor1D });
    save([input, gamma, ...reserved]);

    const gradFunc = (dy: Tensor, [savedInput, savedScale, ...statistics]: Tensor[]) =>
      runKernel({
        kernel: 'FusedBatchNormGradV3',
        inputs: [dy, savedInput!, savedScale!, ...statistics],
        outputs: 5,
        ...attributes,
      }).slice(0, 3);
    return { value: value!, gradFunc };
  });
  return normalise(x, scale, offset) as Tensor4D;
}
