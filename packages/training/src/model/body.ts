import type { Layer } from './module.js';
import type { ParameterStore } from './parameter-store.js';

/** A body with pretrained weights, and what is to know about it. */
export interface Architecture {
  /** timm's name. Its weights are in `<name>.safetensors`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Numbers that learn in the body. */
  readonly parameters: number;
  /** Side of the square images it was trained on, in pixels. */
  readonly imageSize: number;
  /** By colour, on pixels from 0 to 1: inputs are (pixel - mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** SPDX name of the weights' licence. */
  readonly licence: string;
  /** Channels of the body's output. */
  readonly features: number;
  /** Puts the body together, under timm's parameter names. [batch, height, width, 3] → [batch, h, w, features] */
  build(store: ParameterStore): Layer;
}
