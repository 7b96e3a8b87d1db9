import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import { drawnImages } from '../golden.conformance.js';
import { ParameterStore } from '../parameter-store.js';
import { resNet18, resNet34, resNet50 } from './resnet.js';
import { conformsToTimm } from './timm.conformance.js';

for (const resNet of [resNet18, resNet34, resNet50]) conformsToTimm(resNet);

describe('A residual network', () => {
  beforeAll(async () => {
    await useNativeEngine();
  });

  it('has two layer groups, the second of which begins with `layer3`, as in fastai', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    resNet18.build(store);
    const first = (index: number) => store.parameters.find(({ group }) => group === index)?.name;
    expect([first(0), first(1), first(2)]).toEqual([
      'conv1.weight',
      'layer3.0.conv1.weight',
      undefined,
    ]);
    store.dispose();
  });

  it('frees what is between its layers', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    const body = resNet18.build(store);
    const inputs = drawnImages(1, 32);
    const before = tf.memory().numTensors;
    const features = body.forward(inputs, { training: false, seed: 0, step: 0 });
    expect(features.shape).toEqual([1, 1, 1, 512]);
    // One output of the stem and one a block, which the model frees.
    expect(tf.memory().numTensors - before).toBe(9);
    store.dispose();
  });
});
