import { tf } from '../engine/tf.js';
import type { Tensor, Tensor4D, Variable } from '../engine/tf.js';

/** What a forward pass depends on besides inputs and weights. */
export interface ForwardContext {
  /** Whether batch norm uses and updates statistics of the batch, and dropout drops. */
  readonly training: boolean;
  /** With `step`, decides what dropout drops. */
  readonly seed: number;
  readonly step: number;
  /**
   * Whether a body in evaluation mode runs as one graph, where it can: twice as fast or so, to be had for a
   * second before the first batch. @default false
   */
  readonly compiled?: boolean;
}

/** Decides what decays: weights do, biases and norm parameters do not. */
export type ParameterRole = 'weight' | 'bias' | 'norm';

/** Something that learns. */
export interface Parameter {
  /** timm's name for it, or `head.…`; unique within a model. */
  readonly name: string;
  readonly variable: Variable;
  readonly role: ParameterRole;
  /** Layer group it belongs to, input side first. */
  readonly group: number;
}

/** Part of a model's state that does not learn, such as a running mean. */
export interface RunningStatistic {
  readonly name: string;
  readonly variable: Variable;
  /** Layer group of the layer that keeps it. */
  readonly group: number;
}

/** A step of a network. What `forward` returns belongs to the caller; it never disposes of `x`. */
export interface Layer<Input extends Tensor = Tensor4D, Output extends Tensor = Input> {
  forward(x: Input, context: ForwardContext): Output;
}

/** Runs layers one after the other. */
export function sequential<T extends Tensor>(layers: readonly Layer<T>[]): Layer<T> {
  return {
    forward: (x, context) => layers.reduce((input, layer) => layer.forward(input, context), x),
  };
}

/** Layers one after the other that free what is between them, except what the gradient needs. */
export function freeing(layers: readonly Layer[]): Layer {
  const row = sequential(layers);
  return { forward: (x, context) => tf.tidy(() => row.forward(x, context)) };
}

/** Adds its own input to what `path` makes of it; frees what is between. */
export function residual(path: Layer): Layer {
  return { forward: (x, context) => tf.tidy(() => tf.add(x, path.forward(x, context))) };
}
