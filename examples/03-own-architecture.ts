/** A body of one's own, trained from nothing on drawn shapes. */
import {
  type Architecture,
  batchNorm,
  conv,
  fitOneCycle,
  freeing,
  type Layer,
  type ParameterStore,
  rectify,
  registerArchitecture,
  residual,
  sequential,
  useNativeEngine,
  visionLearner,
} from '@whetstone/training';
import { shapeLoaders } from '@whetstone/training/testing';

/** A convolution, batch norm and ReLU. */
function block(
  store: ParameterStore,
  name: string,
  { inputs, stride }: { inputs: number; stride: number },
): Layer {
  return freeing([
    conv(store, `${name}.conv`, { inputs, outputs: 32, kernel: 3, stride }),
    batchNorm(store, `${name}.norm`, { channels: 32, epsilon: 1e-5 }),
    rectify,
  ]);
}

const small: Architecture = {
  name: 'small',
  title: 'Small',
  description: 'Three convolutions, one of them with a shortcut.',
  parameters: 3 * 32 * 9 + 2 * (32 * 32 * 9) + 3 * (2 * 32),
  imageSize: 16,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  licence: 'Apache-2.0',
  features: 32,
  build(store) {
    const stem = block(store, 'stem', { inputs: 3, stride: 2 });
    store.beginGroup();
    const rest = sequential([
      residual(block(store, 'middle', { inputs: 32, stride: 1 })),
      block(store, 'last', { inputs: 32, stride: 2 }),
    ]);
    return [stem, rest];
  },
};

registerArchitecture(small);
await useNativeEngine();
const learner = await visionLearner(shapeLoaders(), { architecture: small, weights: null });
await fitOneCycle(learner, 12, {
  learningRate: 2e-2,
  observer: {
    batch: () => undefined,
    epoch: ({ epoch, validLoss, metrics }) => {
      console.log(epoch, validLoss.toFixed(3), metrics[0]?.value.toFixed(3));
    },
  },
});
learner.dispose();
