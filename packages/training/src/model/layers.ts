import type { Activation } from '../engine/activation.js';
import { inferenceBatchNorm, trainingBatchNorm } from '../engine/batch-norm.js';
import { ownDepthwiseConv, suitsOwnDepthwiseConv } from '../engine/own-depthwise-conv.js';
import { relu, relu6 } from '../engine/relu.js';
import { tf } from '../engine/tf.js';
import type { Tensor1D, Tensor2D, Tensor4D, Variable } from '../engine/tf.js';
import { constant, kaimingNormal } from './initial-values.js';
import type { Layer } from './module.js';
import { padSymmetrically, type Padding, type Window, withPadding } from './padding.js';
import type { ParameterStore } from './parameter-store.js';

export interface ConvOptions extends Window {
  readonly inputs: number;
  readonly outputs: number;
  /** @default 'same' */
  readonly padding?: Padding;
}

/** A convolution without bias. */
export function conv(
  store: ParameterStore,
  name: string,
  { inputs, outputs, kernel, stride, padding = 'same' }: ConvOptions,
): Layer {
  const filter = store.parameter(`${name}.weight`, {
    role: 'weight',
    layout: 'conv',
    shape: [outputs, inputs, kernel, kernel],
    initial: kaimingNormal(outputs * kernel * kernel),
  }) as unknown as Tensor4D;
  const window = { kernel, stride, padding };
  return {
    forward: (x) => withPadding(x, window, (map, pad) => tf.conv2d(map, filter, stride, pad)),
  };
}

export interface DepthwiseConvOptions extends Window {
  readonly channels: number;
  /** @default 'same' */
  readonly padding?: Padding;
}

/** A convolution of each channel by itself, without bias. */
export function depthwiseConv(
  store: ParameterStore,
  name: string,
  { channels, kernel, stride, padding = 'same' }: DepthwiseConvOptions,
): Layer {
  const filter = store.parameter(`${name}.weight`, {
    role: 'weight',
    layout: 'depthwise',
    shape: [channels, 1, kernel, kernel],
    initial: kaimingNormal(kernel * kernel),
  }) as unknown as Tensor4D;
  const window = { kernel, stride, padding };
  return {
    forward: (x) =>
      suitsOwnDepthwiseConv(window)
        ? ownDepthwiseConv(x, filter, window)
        : withPadding(x, window, (map, pad) => tf.depthwiseConv2d(map, filter, stride, pad)),
  };
}

/** The largest number in each window, which has half a kernel more than the map on every side. */
export function maxPool({ kernel, stride }: Window): Layer {
  return {
    forward: (x) =>
      tf.tidy(() =>
        tf.maxPool(padSymmetrically(x, { kernel, stride }, -Infinity), kernel, stride, 'valid'),
      ),
  };
}

/** A matrix product without bias. */
export function linear(
  store: ParameterStore,
  name: string,
  { inputs, outputs }: { inputs: number; outputs: number },
): Layer<Tensor2D> {
  const weight = store.parameter(`${name}.weight`, {
    role: 'weight',
    layout: 'linear',
    shape: [outputs, inputs],
    initial: kaimingNormal(inputs),
  }) as unknown as Tensor2D;
  return { forward: (x) => tf.matMul(x, weight) };
}

export interface BatchNormLayerOptions {
  readonly channels: number;
  readonly epsilon: number;
  /** What beta starts with. @default 0 */
  readonly initialOffset?: number;
  /** What comes behind it, in the same pass over memory where it can. @default 'none' */
  readonly activation?: Activation;
}

/** Share of a batch's statistics in the running ones: PyTorch's momentum. */
const MOMENTUM = 0.1;

/** Batch norm as PyTorch has it: the running variance is the unbiased one. */
export function batchNorm(
  store: ParameterStore,
  name: string,
  { channels, epsilon, initialOffset = 0, activation = 'none' }: BatchNormLayerOptions,
): Layer {
  const norm = { role: 'norm', layout: 'plain', shape: [channels] } as const;
  const scale = store.parameter(`${name}.weight`, { ...norm, initial: constant(1) });
  const offset = store.parameter(`${name}.bias`, { ...norm, initial: constant(initialOffset) });
  const mean = store.statistic(`${name}.running_mean`, channels, constant(0));
  const variance = store.statistic(`${name}.running_var`, channels, constant(1));
  const learned = { ...asVectors({ scale, offset }), epsilon, activation };

  return {
    forward(x, { training }) {
      if (!training) return inferenceBatchNorm(x, { ...asVectors({ mean, variance }), ...learned });
      return trainingBatchNorm(x, { ...learned, running: { mean, variance, share: MOMENTUM } });
    },
  };
}

/** max(x, 0). */
export const rectify: Layer = { forward: (x) => relu(x) };

/** min(max(x, 0), 6). */
export const rectify6: Layer = { forward: (x) => relu6(x) };

/** A variable is a tensor, but does not say of which rank. */
function asVectors<Name extends string>(variables: Record<Name, Variable>): Record<Name, Tensor1D> {
  return variables as unknown as Record<Name, Tensor1D>;
}
