import { afterEach, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Learner } from '../learner/learner.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import {
  architecture,
  architectures,
  registerArchitecture,
  UnknownArchitectureError,
} from './architecture.js';
import type { Architecture } from './body.js';

describe('architectures', () => {
  it('lists them without loading an engine, the default one first', () => {
    expect(architectures().map(({ name }) => name)).toEqual([
      'tf_efficientnet_lite0',
      'tf_efficientnet_lite1',
      'tf_efficientnet_lite2',
      'mobilenetv2_100',
      'resnet18',
      'resnet34',
      'resnet50',
    ]);
    expect(tf.engine().backendNames()).not.toContain('tensorflow');
  });

  it.each(architectures().map((one) => [one.name, one] as const))(
    'says where the hub has the weights of %s',
    (name, { hub, licence }) => {
      expect(hub?.repository).toMatch(new RegExp(`^timm/${name}\\.(a1_|ra_)?in1k$`));
      expect(hub?.file).toBe('model.safetensors');
      expect(licence).toBe('Apache-2.0');
    },
  );
});

describe('architecture', () => {
  it('gives the one of that name', () => {
    expect(architecture('tf_efficientnet_lite0').title).toBe('EfficientNet-Lite0');
    expect(architecture('resnet34').features).toBe(512);
  });

  it('names those there are when asked for another', () => {
    expect(() => architecture('resnet9000')).toThrow(UnknownArchitectureError);
    expect(() => architecture('resnet9000')).toThrow(
      /tf_efficientnet_lite0.*resnet50.*"resnet9000".*`registerArchitecture`/,
    );
  });
});

describe('registerArchitecture', () => {
  const learners: Learner[] = [];
  afterEach(() => {
    for (const learner of learners.splice(0)) learner.dispose();
  });

  it("lists a body of one's own last, and trains it", async () => {
    registerArchitecture({ ...tinyBody, name: 'my-own' });
    expect(architectures().at(-1)!.name).toBe('my-own');

    await useNativeEngine();
    const learner = await visionLearner(shapeLoaders({ trainPerClass: 3 }), {
      architecture: architecture('my-own'),
      weights: null,
    });
    learners.push(learner);
    const weight = learner.model.parameters.find(({ name }) => name === 'conv1.weight')!.variable;
    const before = [...weight.dataSync()];
    const learningRates = [1e-2, 1e-2, 1e-2];
    await learner.fit(1, { schedule: () => ({ learningRates, momentum: 0.9, weightDecay: 0 }) });
    expect(learner.step).toBe(1);
    expect([...weight.dataSync()]).not.toEqual(before);
  });

  it.each<[string, Partial<Architecture>, RegExp]>([
    ['a name that is taken', { name: 'resnet18' }, /`name`.*no other.*resnet18/],
    ["a name that leads out of the weights' folder", { name: '../secret' }, /`name`.*\.\.\/secret/],
    ['no title', { title: ' ' }, /`title` to be a text/],
    ['no licence', { licence: '' }, /`licence` to be a text/],
    ['half a channel', { features: 0.5 }, /`features`.*integer.*0\.5/],
    ['no pixels', { imageSize: 0 }, /`imageSize`.*integer.*0/],
    ['no parameters', { parameters: NaN }, /`parameters`.*NaN/],
    ['a mean that is no number', { mean: [0, NaN, 0] }, /`mean`.*0,NaN,0/],
    ['a deviation of 0', { std: [1, 0, 1] }, /`std`.*above 0.*1,0,1/],
  ])('refuses %s', (_what, wrong, message) => {
    const before = architectures();
    expect(() => {
      registerArchitecture({ ...tinyBody, name: 'another', ...wrong });
    }).toThrow(message);
    expect(architectures()).toEqual(before);
  });
});
