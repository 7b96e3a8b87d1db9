import type { Architecture } from '../body.js';
import { invertedResiduals, type Stage } from './inverted-residuals.js';

/** Table 2 of the MobileNetV2 paper (Sandler et al., 2018). */
const STAGES: readonly Stage[] = [
  { blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 32 },
  { blocks: 4, kernel: 3, stride: 2, expansion: 6, channels: 64 },
  { blocks: 3, kernel: 3, stride: 1, expansion: 6, channels: 96 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 160 },
  { blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];
const FEATURES = 1280;

/** MobileNetV2 at full width, from which EfficientNet-Lite took its blocks. */
export const mobileNetV2: Architecture = {
  name: 'mobilenetv2_100',
  title: 'MobileNetV2',
  description: 'The smallest: kernels of 3 throughout, made for phones.',
  parameters: 2_223_872,
  imageSize: 224,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  licence: 'Apache-2.0',
  hub: { repository: 'timm/mobilenetv2_100.ra_in1k', file: 'model.safetensors' },
  features: FEATURES,
  build: (store) =>
    invertedResiduals(store, {
      stages: STAGES,
      stem: 32,
      features: FEATURES,
      epsilon: 1e-5,
      padding: 'symmetric',
    }),
};
