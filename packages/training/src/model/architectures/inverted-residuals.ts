import { batchNorm, conv, depthwiseConv } from '../layers.js';
import { freeing, type Layer, residual, sequential } from '../module.js';
import type { Padding } from '../padding.js';
import type { ParameterStore } from '../parameter-store.js';

/** Blocks in a row that end with as many channels; the first of them has the stride. */
export interface Stage {
  readonly blocks: number;
  readonly kernel: number;
  readonly stride: number;
  /** How much wider a block is inside than outside; 1 has no widening convolution at all. */
  readonly expansion: number;
  readonly channels: number;
}

export interface InvertedResidualsOptions {
  readonly stages: readonly Stage[];
  /** Channels of the first convolution. */
  readonly stem: number;
  /** Channels of the last one. */
  readonly features: number;
  /** Of batch norm. */
  readonly epsilon: number;
  readonly padding: Padding;
}

/** Where layers are made, and what they have in common. */
interface Site {
  readonly store: ParameterStore;
  readonly epsilon: number;
  readonly padding: Padding;
}

/**
 * Puts a body together of blocks that are wide inside and narrow between (Sandler et al., 2018), with
 * ReLU6, under the names that timm gives the parameters of MobileNetV2 and EfficientNet-Lite.
 */
export function invertedResiduals(
  store: ParameterStore,
  { stages, stem, features, epsilon, padding }: InvertedResidualsOptions,
): Layer {
  const site: Site = { store, epsilon, padding };
  const first = conv(store, 'conv_stem', {
    inputs: 3,
    outputs: stem,
    kernel: 3,
    stride: 2,
    padding,
  });
  const layers = [rectified(site, 'bn1', { before: first, channels: stem })];
  let inputs = stem;
  for (const [stageIndex, { blocks, ...stage }] of stages.entries()) {
    for (let index = 0; index < blocks; index += 1) {
      const stride = index === 0 ? stage.stride : 1;
      layers.push(block(site, `blocks.${stageIndex}.${index}`, { ...stage, stride, inputs }));
      inputs = stage.channels;
    }
  }
  const last = pointwise(site, 'conv_head', { inputs, outputs: features });
  layers.push(rectified(site, 'bn2', { before: last, channels: features }));
  return sequential(layers);
}

interface BlockOptions extends Omit<Stage, 'blocks'> {
  readonly inputs: number;
}

/** Widens, filters each channel by itself, narrows; adds its input where the shapes allow it. */
function block(site: Site, name: string, options: BlockOptions): Layer {
  const { inputs, channels, stride } = options;
  const path =
    options.expansion === 1 ? separable(site, name, options) : inverted(site, name, options);
  return stride === 1 && inputs === channels ? residual(path) : path;
}

/** A block that does not widen: timm numbers its layers from the depthwise convolution on. */
function separable(site: Site, name: string, options: BlockOptions): Layer {
  const { inputs, channels } = options;
  return freeing([
    filtered(site, name, { ...options, channels: inputs, norm: 'bn1' }),
    pointwise(site, `${name}.conv_pw`, { inputs, outputs: channels }),
    norm(site, `${name}.bn2`, channels),
  ]);
}

function inverted(site: Site, name: string, options: BlockOptions): Layer {
  const { inputs, channels } = options;
  const wide = inputs * options.expansion;
  const widening = pointwise(site, `${name}.conv_pw`, { inputs, outputs: wide });
  return freeing([
    rectified(site, `${name}.bn1`, { before: widening, channels: wide }),
    filtered(site, name, { ...options, channels: wide, norm: 'bn2' }),
    pointwise(site, `${name}.conv_pwl`, { inputs: wide, outputs: channels }),
    norm(site, `${name}.bn3`, channels),
  ]);
}

interface FilteredOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Name of the batch norm within the block. */
  readonly norm: string;
}

/** The depthwise convolution of a block, rectified. */
function filtered(
  site: Site,
  name: string,
  { channels, kernel, stride, norm: normName }: FilteredOptions,
): Layer {
  const window = { channels, kernel, stride, padding: site.padding };
  const before = depthwiseConv(site.store, `${name}.conv_dw`, window);
  return rectified(site, `${name}.${normName}`, { before, channels });
}

/** A convolution, then batch norm and ReLU6. */
function rectified(
  site: Site,
  name: string,
  { before, channels }: { readonly before: Layer; readonly channels: number },
): Layer {
  const { store, epsilon } = site;
  return freeing([before, batchNorm(store, name, { channels, epsilon, activation: 'relu6' })]);
}

const pointwise = (
  { store }: Site,
  name: string,
  channels: { readonly inputs: number; readonly outputs: number },
): Layer => conv(store, name, { ...channels, kernel: 1, stride: 1 });

const norm = ({ store, epsilon }: Site, name: string, channels: number): Layer =>
  batchNorm(store, name, { channels, epsilon });
