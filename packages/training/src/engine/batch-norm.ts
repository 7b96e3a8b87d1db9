import { activate, type Activation } from './activation.js';
import { isRecording } from './gradients.js';
import { hasNativeKernels, nativeBackend, runKernel } from './native-kernel.js';
import { ownBatchNorm, ownMoments } from './own-batch-norm.js';
import { hasOwnKernels } from './own-kernels.js';
import { moveTowards, type RunningStatistics } from './running-statistics.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor4D } from './tf.js';

export interface BatchNormOptions {
  /** Gamma. [channels] */
  readonly scale: Tensor1D;
  /** Beta. [channels] */
  readonly offset: Tensor1D;
  readonly epsilon: number;
  /** What comes behind it. @default 'none' */
  readonly activation?: Activation;
}

/** Statistics that do not change, by channel. */
export interface GivenStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export interface TrainingBatchNormOptions extends BatchNormOptions {
  /** Moved on by the batch's mean and unbiased variance. */
  readonly running?: RunningStatistics;
}

/** Normalises `x` with its own statistics, by the biased variance. */
export function trainingBatchNorm(x: Tensor4D, options: TrainingBatchNormOptions): Tensor4D {
  if (hasOwnKernels()) return tf.tidy(() => withOwnStatistics(x, options));
  const backend = nativeBackend();
  if (backend === null) return plainBatchNorm(x, options);
  const form = backend.isUsingGpuDevice ? cudnnBatchNorm : fusedBatchNorm;
  return activated(x, options, form);
}

/** Normalises `x` with given statistics, for which there is no gradient. */
export function inferenceBatchNorm(
  x: Tensor4D,
  options: BatchNormOptions & GivenStatistics,
): Tensor4D {
  // Without gradients TensorFlow's operations serve, which a graph can fold into convolutions.
  if (hasOwnKernels() && isRecording()) {
    const { activation = 'none' } = options;
    return ownBatchNorm(x, { ...options, activation, hasOwnStatistics: false });
  }
  if (hasNativeKernels()) return activated(x, options, fusedInferenceBatchNorm);
  return activated(x, options, (input, { mean, variance, scale, offset, epsilon }) =>
    tf.batchNorm4d(input, mean, variance, offset, scale, epsilon),
  );
}

/** Batch norm, then its activation as an operation of its own. */
function activated<Options extends BatchNormOptions>(
  x: Tensor4D,
  options: Options,
  norm: (x: Tensor4D, options: Options) => Tensor4D,
): Tensor4D {
  const { activation = 'none' } = options;
  return tf.tidy(() => activate(norm(x, options), activation));
}

function withOwnStatistics(
  x: Tensor4D,
  { running, activation = 'none', ...options }: TrainingBatchNormOptions,
): Tensor4D {
  const { mean, variance } = ownMoments(x, running);
  return ownBatchNorm(x, { ...options, mean, variance, activation, hasOwnStatistics: true });
}

/** Moves running statistics on by those of a batch of which each channel has `count` numbers. */
function moveBy(
  running: RunningStatistics | undefined,
  { mean, variance }: Readonly<Record<'mean' | 'variance', Tensor>>,
  count: number,
): void {
  if (running === undefined) return;
  moveTowards(running, { mean, variance: tf.mul(variance, count / Math.max(count - 1, 1)) });
}

/** The same as `trainingBatchNorm`, composed of ordinary operations. */
export function plainBatchNorm(
  x: Tensor4D,
  { scale, offset, epsilon, running, activation = 'none' }: TrainingBatchNormOptions,
): Tensor4D {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    moveBy(running, { mean, variance }, x.size / scale.size);
    const inverse = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale);
    return activate(tf.add(tf.mul(tf.sub(x, mean), inverse), offset), activation);
  });
}

const fusedInferenceBatchNorm = (
  x: Tensor4D,
  { mean, variance, ...options }: BatchNormOptions & GivenStatistics,
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
const fusedBatchNorm = (x: Tensor4D, { running, ...options }: TrainingBatchNormOptions): Tensor4D =>
  withKernels(x, options, {
    isTraining: { forward: false, gradient: true },
    statistics(input) {
      const { mean, variance } = batchMoments(input);
      moveBy(running, { mean, variance }, input.size / options.scale.size);
      return [mean, variance];
    },
  });

/** cuDNN's kernels, which sum in parallel and hand statistics of their own kind to the gradient. */
const cudnnBatchNorm = (x: Tensor4D, { running, ...options }: TrainingBatchNormOptions): Tensor4D =>
  withKernels(x, options, {
    isTraining: { forward: true, gradient: true },
    statistics: () => [tf.tensor1d([]), tf.tensor1d([])],
    forGradient([, mean, variance, ...reserved]) {
      if (running) moveTowards(running, { mean: mean!, variance: variance! });
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
