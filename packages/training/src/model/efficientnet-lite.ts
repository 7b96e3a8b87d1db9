import { tf } from '../engine/tf.js';
import type { Architecture } from './body.js';
import { batchNorm, conv, depthwiseConv, rectify6 } from './layers.js';
import { sequential, type Layer } from './module.js';
import type { ParameterStore } from './parameter-store.js';

/** A row of table 1 of the EfficientNet paper (Tan and Le, 2019), without squeeze and excitation. */
interface Stage {
  readonly blocks: number;
  readonly kernel: number;
  readonly stride: number;
  /** How much wider a block is inside than outside; 1 has no widening convolution at all. */
  readonly expansion: number;
  readonly channels: number;
}

const STEM_CHANNELS = 32;
const FEATURES = 1280;
const EPSILON = 1e-3;

const STAGES: readonly Stage[] = [
  { blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];

/** EfficientNet-Lite0: ReLU6 for swish and no squeeze and excitation, so that plain CPUs are fast. */
export const efficientNetLite0: Architecture = {
  name: 'tf_efficientnet_lite0',
  title: 'EfficientNet-Lite0',
  description: 'Small and fast: made for phones, and good for fine-tuning on a CPU.',
  parameters: 3_371_008,
  imageSize: 224,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  licence: 'Apache-2.0',
  features: FEATURES,
  build: buildBody,
};

function buildBody(store: ParameterStore): Layer {
  const layers = [
    rectified(store, 'bn1', {
      before: conv(store, 'conv_stem', {
        inputs: 3,
        outputs: STEM_CHANNELS,
        kernel: 3,
        stride: 2,
      }),
      channels: STEM_CHANNELS,
    }),
  ];
  let inputs = STEM_CHANNELS;
  for (const [stageIndex, { blocks, ...stage }] of STAGES.entries()) {
    for (let index = 0; index < blocks; index += 1) {
      const name = `blocks.${stageIndex}.${index}`;
      const stride = index === 0 ? stage.stride : 1;
      layers.push(block(store, name, { ...stage, stride, inputs }));
      inputs = stage.channels;
    }
  }
  const before = conv(store, 'conv_head', { inputs, outputs: FEATURES, kernel: 1, stride: 1 });
  layers.push(rectified(store, 'bn2', { before, channels: FEATURES }));
  return sequential(layers);
}

interface BlockOptions extends Omit<Stage, 'blocks'> {
  readonly inputs: number;
}

/** Widens, filters each channel by itself, narrows; adds its input where the shapes allow it. */
function block(store: ParameterStore, name: string, options: BlockOptions): Layer {
  const { inputs, channels, stride } = options;
  const path =
    options.expansion === 1 ? separable(store, name, options) : inverted(store, name, options);
  if (stride !== 1 || inputs !== channels) return path;
  return { forward: (x, context) => tf.tidy(() => tf.add(path.forward(x, context), x)) };
}

/** A block that does not widen: timm numbers its layers from the depthwise convolution on. */
function separable(store: ParameterStore, name: string, options: BlockOptions): Layer {
  const { inputs, channels, kernel, stride } = options;
  const filtered = rectified(store, `${name}.bn1`, {
    before: depthwiseConv(store, `${name}.conv_dw`, { channels: inputs, kernel, stride }),
    channels: inputs,
  });
  const narrow = conv(store, `${name}.conv_pw`, {
    inputs,
    outputs: channels,
    kernel: 1,
    stride: 1,
  });
  return freeing([filtered, narrow, norm(store, `${name}.bn2`, channels)]);
}

function inverted(store: ParameterStore, name: string, options: BlockOptions): Layer {
  const { inputs, channels, kernel, stride } = options;
  const wide = inputs * options.expansion;
  const widened = rectified(store, `${name}.bn1`, {
    before: conv(store, `${name}.conv_pw`, { inputs, outputs: wide, kernel: 1, stride: 1 }),
    channels: wide,
  });
  const filtered = rectified(store, `${name}.bn2`, {
    before: depthwiseConv(store, `${name}.conv_dw`, { channels: wide, kernel, stride }),
    channels: wide,
  });
  const narrow = conv(store, `${name}.conv_pwl`, {
    inputs: wide,
    outputs: channels,
    kernel: 1,
    stride: 1,
  });
  return freeing([widened, filtered, narrow, norm(store, `${name}.bn3`, channels)]);
}

/** A convolution, then batch norm and ReLU6. */
function rectified(
  store: ParameterStore,
  name: string,
  { before, channels }: { readonly before: Layer; readonly channels: number },
): Layer {
  return freeing([before, norm(store, name, channels), rectify6]);
}

const norm = (store: ParameterStore, name: string, channels: number): Layer =>
  batchNorm(store, name, { channels, epsilon: EPSILON });

/** Layers in a row that free what is between them, except what the gradient needs. */
function freeing(layers: readonly Layer[]): Layer {
  const row = sequential(layers);
  return { forward: (x, context) => tf.tidy(() => row.forward(x, context)) };
}
