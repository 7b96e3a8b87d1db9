import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import { bodyLayers } from '../body.js';
import { drawnImages } from '../golden.conformance.js';
import { sequential } from '../module.js';
import { ParameterStore } from '../parameter-store.js';
import { resNet18, resNet34, resNet50 } from './resnet.js';
import { conformsToTimm } from './timm.conformance.js';

for (const resNet of [resNet18, resNet34, resNet50]) conformsToTimm(resNet);

const evaluation = { training: false, seed: 0, step: 0 };

describe('A residual network', () => {
  beforeAll(async () => {
    await useNativeEngine();
  });

  it('has two layer groups, the second of which begins with `layer3`, as in fastai', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    const [first, second] = bodyLayers(resNet18, store);
    const nameIn = (index: number) => store.parameters.find(({ group }) => group === index)?.name;
    expect([nameIn(0), nameIn(1), nameIn(2)]).toEqual([
      'conv1.weight',
      'layer3.0.conv1.weight',
      undefined,
    ]);
    tf.tidy(() => {
      const between = first!.forward(drawnImages(1, 64), evaluation);
      expect(between.shape).toEqual([1, 8, 8, 128]);
      expect(second!.forward(between, evaluation).shape).toEqual([1, 2, 2, 512]);
    });
    store.dispose();
  });

  it('frees what is between its layers', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    const body = sequential(bodyLayers(resNet18, store));
    const inputs = drawnImages(1, 32);
    const before = tf.memory().numTensors;
    const features = body.forward(inputs, evaluation);
    expect(features.shape).toEqual([1, 1, 1, 512]);
    // One output of the stem and one a block, which the model frees.
    expect(tf.memory().numTensors - before).toBe(9);
    store.dispose();
  });
});
