import type { Architecture } from '../model/body.js';
import { batchNorm, conv, rectify6 } from '../model/layers.js';
import { sequential } from '../model/module.js';

const CHANNELS = 16;

/** A body that learns drawn shapes in a second: two convolutions of stride 2, in two layer groups. */
export const tinyBody: Architecture = {
  name: 'tiny',
  title: 'Tiny',
  description: 'Two convolutions, for tests.',
  parameters: 3 * CHANNELS * 9 + CHANNELS * CHANNELS * 9 + 4 * CHANNELS,
  imageSize: 16,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  licence: 'Apache-2.0',
  features: CHANNELS,
  build(store) {
    const size = { kernel: 3, stride: 2, outputs: CHANNELS };
    const first = conv(store, 'conv1', { ...size, inputs: 3 });
    const norm1 = batchNorm(store, 'bn1', { channels: CHANNELS, epsilon: 1e-3 });
    store.beginGroup();
    const second = conv(store, 'conv2', { ...size, inputs: CHANNELS });
    const norm2 = batchNorm(store, 'bn2', { channels: CHANNELS, epsilon: 1e-3 });
    return [sequential([first, norm1, rectify6]), sequential([second, norm2, rectify6])];
  },
};
