import type { Architecture } from '../body.js';
import { invertedResiduals, type Stage } from './inverted-residuals.js';

/** Table 1 of the EfficientNet paper (Tan and Le, 2019), without squeeze and excitation. */
const STAGES: readonly Stage[] = [
  { blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];
const FEATURES = 1280;

interface Variant {
  readonly title: string;
  readonly description: string;
  readonly parameters: number;
  readonly imageSize: number;
  /** Factors of channels and of blocks. */
  readonly width: number;
  readonly depth: number;
}

/** EfficientNet-Lite0: ReLU6 for swish and no squeeze and excitation, so that plain CPUs are fast. */
export const efficientNetLite0 = efficientNetLite('tf_efficientnet_lite0', {
  title: 'EfficientNet-Lite0',
  description: 'Small and fast: made for phones, and good for fine-tuning on a CPU.',
  parameters: 3_371_008,
  imageSize: 224,
  width: 1,
  depth: 1,
});

/** EfficientNet-Lite1: Lite0 with more blocks, for larger images. */
export const efficientNetLite1 = efficientNetLite('tf_efficientnet_lite1', {
  title: 'EfficientNet-Lite1',
  description: 'A little deeper than Lite0, for images of 240 pixels.',
  parameters: 4_135_680,
  imageSize: 240,
  width: 1,
  depth: 1.1,
});

/** EfficientNet-Lite2: Lite1 with more channels, for larger images. */
export const efficientNetLite2 = efficientNetLite('tf_efficientnet_lite2', {
  title: 'EfficientNet-Lite2',
  description: 'A little wider than Lite1, for images of 260 pixels.',
  parameters: 4_811_072,
  imageSize: 260,
  width: 1.1,
  depth: 1.2,
});

function efficientNetLite(name: string, { width, depth, ...facts }: Variant): Architecture {
  return {
    ...facts,
    name,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    licence: 'Apache-2.0',
    hub: { repository: `timm/${name}.in1k`, file: 'model.safetensors' },
    features: FEATURES,
    build: (store) =>
      invertedResiduals(store, {
        stages: scaled({ width, depth }),
        stem: 32,
        features: FEATURES,
        epsilon: 1e-3,
        padding: 'same',
      }),
  };
}

/** The Lite networks widen all stages, but deepen neither the first nor the last. */
function scaled({ width, depth }: Pick<Variant, 'width' | 'depth'>): Stage[] {
  return STAGES.map((stage, index) => {
    const isEnd = index === 0 || index === STAGES.length - 1;
    return {
      ...stage,
      blocks: isEnd ? stage.blocks : Math.ceil(stage.blocks * depth),
      channels: roundedChannels(stage.channels * width),
    };
  });
}

/** The next multiple of 8, up or down, that takes away no more than a tenth. */
function roundedChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
