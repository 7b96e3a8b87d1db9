import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import { bodyLayers } from '../body.js';
import { drawnImages } from '../golden.conformance.js';
import { sequential } from '../module.js';
import { ParameterStore } from '../parameter-store.js';
import { efficientNetLite0, efficientNetLite1, efficientNetLite2 } from './efficientnet-lite.js';
import { conformsToTimm } from './timm.conformance.js';

for (const lite of [efficientNetLite0, efficientNetLite1, efficientNetLite2]) conformsToTimm(lite);

describe('A body of inverted residuals', () => {
  beforeAll(async () => {
    await useNativeEngine();
  });

  it('frees what is between its layers', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    const body = sequential(bodyLayers(efficientNetLite0, store));
    const inputs = drawnImages(1, 32);
    const before = tf.memory().numTensors;
    const features = body.forward(inputs, { training: false, seed: 0, step: 0 });
    expect(features.shape).toEqual([1, 1, 1, 1280]);
    // One output a block, which the model frees, and none from inside the blocks.
    expect(tf.memory().numTensors - before).toBe(18);
    store.dispose();
  });
});
