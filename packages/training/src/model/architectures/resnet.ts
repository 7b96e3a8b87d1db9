import type { Activation } from '../../engine/activation.js';
import { tf } from '../../engine/tf.js';
import type { Architecture } from '../body.js';
import { batchNorm, conv, maxPool, rectify } from '../layers.js';
import { freeing, type Layer, sequential } from '../module.js';
import type { ParameterStore } from '../parameter-store.js';

interface Variant {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: number;
  /** Repository of the hub that has its weights. */
  readonly repository: string;
  /** Blocks of each of the four stages. */
  readonly blocks: readonly number[];
  readonly block: Block;
}

/** Convolutions around which a shortcut leads. */
interface Block {
  /** How much wider it ends than it is inside. */
  readonly expansion: number;
  readonly path: (store: ParameterStore, name: string, options: BlockOptions) => Layer;
}

interface BlockOptions {
  readonly inputs: number;
  /** Channels inside. */
  readonly width: number;
  readonly stride: number;
}

const STEM_CHANNELS = 64;

/** Two convolutions. */
export const basic: Block = {
  expansion: 1,
  path: (store, name, { inputs, width, stride }) =>
    freeing([
      normed(store, [`${name}.conv1`, `${name}.bn1`], {
        inputs,
        outputs: width,
        kernel: 3,
        stride,
        activation: 'relu',
      }),
      normed(store, [`${name}.conv2`, `${name}.bn2`], { inputs: width, outputs: width, kernel: 3 }),
    ]),
};

/** One that narrows, one at that width, one that widens. The second has the stride (ResNet 1.5). */
export const bottleneck: Block = {
  expansion: 4,
  path: (store, name, { inputs, width, stride }) =>
    freeing([
      normed(store, [`${name}.conv1`, `${name}.bn1`], {
        inputs,
        outputs: width,
        kernel: 1,
        activation: 'relu',
      }),
      normed(store, [`${name}.conv2`, `${name}.bn2`], {
        inputs: width,
        outputs: width,
        kernel: 3,
        stride,
        activation: 'relu',
      }),
      normed(store, [`${name}.conv3`, `${name}.bn3`], {
        inputs: width,
        outputs: 4 * width,
        kernel: 1,
      }),
    ]),
};

/** ResNet-18, the fast.ai book's first network. */
export const resNet18 = resNet({
  name: 'resnet18',
  title: 'ResNet-18',
  description: 'The smallest residual network: few layers of plain convolutions.',
  parameters: 11_176_512,
  repository: 'timm/resnet18.a1_in1k',
  blocks: [2, 2, 2, 2],
  block: basic,
});

/** ResNet-34, with which chapter 5 of the fast.ai book begins. */
export const resNet34 = resNet({
  name: 'resnet34',
  title: 'ResNet-34',
  description: 'The network of the book’s pet breeds: twice as deep as ResNet-18.',
  parameters: 21_284_672,
  repository: 'timm/resnet34.a1_in1k',
  blocks: [3, 4, 6, 3],
  block: basic,
});

/** ResNet-50, with which chapter 5 of the fast.ai book ends. */
export const resNet50 = resNet({
  name: 'resnet50',
  title: 'ResNet-50',
  description: 'Deeper and more accurate than ResNet-34, and slower.',
  parameters: 23_508_032,
  repository: 'timm/resnet50.a1_in1k',
  blocks: [3, 4, 6, 3],
  block: bottleneck,
});

function resNet({ blocks, block, repository, ...facts }: Variant): Architecture {
  return {
    ...facts,
    imageSize: 224,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    licence: 'Apache-2.0',
    hub: { repository, file: 'model.safetensors' },
    features: 512 * block.expansion,
    build: (store) => buildBody(store, blocks, block),
  };
}

/** Layer groups as fastai splits them: up to `layer2`, then `layer3` and `layer4`. */
function buildBody(store: ParameterStore, blocks: readonly number[], block: Block): Layer[] {
  const stem = {
    inputs: 3,
    outputs: STEM_CHANNELS,
    kernel: 7,
    stride: 2,
    activation: 'relu',
  } as const;
  const groups = [
    [freeing([normed(store, ['conv1', 'bn1'], stem), maxPool({ kernel: 3, stride: 2 })])],
  ];
  let inputs = STEM_CHANNELS;
  for (const [stage, count] of blocks.entries()) {
    if (stage === 2) {
      store.beginGroup();
      groups.push([]);
    }
    const width = STEM_CHANNELS * 2 ** stage;
    for (let index = 0; index < count; index += 1) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const name = `layer${stage + 1}.${index}`;
      groups.at(-1)!.push(shortcut(store, name, { block, inputs, width, stride }));
      inputs = width * block.expansion;
    }
  }
  return groups.map((layers) => sequential(layers));
}

/** Adds the input to what the block makes of it, brought into the same shape where it is not. */
export function shortcut(
  store: ParameterStore,
  name: string,
  { block, ...options }: BlockOptions & { readonly block: Block },
): Layer {
  const { inputs, width, stride } = options;
  const outputs = width * block.expansion;
  const path = block.path(store, name, options);
  const around =
    stride === 1 && inputs === outputs
      ? null
      : normed(store, [`${name}.downsample.0`, `${name}.downsample.1`], {
          inputs,
          outputs,
          kernel: 1,
          stride,
        });
  return {
    forward: (x, context) =>
      tf.tidy(() => {
        const beside = around === null ? x : around.forward(x, context);
        return rectify.forward(tf.add(path.forward(x, context), beside), context);
      }),
  };
}

interface NormedOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** @default 1 */
  readonly stride?: number;
  /** @default 'none' */
  readonly activation?: Activation;
}

/** A convolution with PyTorch's padding, then batch norm, under these two names, and an activation. */
function normed(
  store: ParameterStore,
  [convName, normName]: readonly [string, string],
  { stride = 1, activation = 'none', ...options }: NormedOptions,
): Layer {
  return freeing([
    conv(store, convName, { ...options, stride, padding: 'symmetric' }),
    batchNorm(store, normName, { channels: options.outputs, epsilon: 1e-5, activation }),
  ]);
}
