import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../engine/gradients.js';
import { assertNoTensorLeak, countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { meanLoss } from '../losses/loss.js';
import { adam } from '../optimizer/adam.js';
import { type Architecture, bodyLayers } from './body.js';
import { drawnImages } from './golden.conformance.js';
import { batchNorm, conv, depthwiseConv, rectify6 } from './layers.js';
import { sequential } from './module.js';
import { type ParameterStore, WeightsMismatchError } from './parameter-store.js';
import { readSafetensors, type StoredTensor } from './safetensors.js';
import { createVisionModel, trainableParameters, type VisionModel } from './vision-model.js';

/** As small as a body can be and still have each kind of layer, in two layer groups. */
const tiny: Architecture = {
  name: 'tiny',
  title: 'Tiny',
  description: 'For tests.',
  parameters: 3 * 4 * 9 + 2 * 4 + 4 * 9 + 2 * 4,
  imageSize: 8,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  licence: 'Apache-2.0',
  features: 4,
  build(store) {
    const stem = conv(store, 'stem', { inputs: 3, outputs: 4, kernel: 3, stride: 2 });
    const norm1 = batchNorm(store, 'bn1', { channels: 4, epsilon: 1e-3 });
    store.beginGroup();
    const depthwise = depthwiseConv(store, 'dw', { channels: 4, kernel: 3, stride: 1 });
    const norm2 = batchNorm(store, 'bn2', { channels: 4, epsilon: 1e-3 });
    return [sequential([stem, norm1, rectify6]), sequential([depthwise, norm2, rectify6])];
  },
};

const models: VisionModel[] = [];
const evaluation = { training: false, seed: 0, step: 0 };
const training = { training: true, seed: 0, step: 0 };

function create(weights: ReadonlyMap<string, StoredTensor> | null = null, seed = 0): VisionModel {
  const model = createVisionModel({ architecture: tiny, classes: 3, seed, weights });
  models.push(model);
  return model;
}

const stateOf = (model: VisionModel): number[] =>
  [...model.parameters, ...model.buffers].flatMap(({ variable }) => [...variable.dataSync()]);

const logitsOf = (model: VisionModel): number[] =>
  tf.tidy(() => [...model.forward(drawnImages(4, 8), evaluation).dataSync()]);

/** The same body as a single layer. */
const tinyInOne: Architecture = {
  ...tiny,
  build: (store) => sequential(bodyLayers(tiny, store)),
};

/** One step of Adam on a drawn batch. Leaves nothing behind but what the optimizer remembers. */
function learn(model: VisionModel, optimizer = adam(), step = 0): number {
  const inputs = drawnImages(4, 8);
  const targets = tf.tensor1d([0, 1, 2, 0], 'int32');
  const { loss, gradients } = lossAndGradients(
    () => meanLoss(crossEntropy, model.forward(inputs, { ...training, step }), targets),
    model.parameters,
  );
  const updates = model.parameters.map((parameter) => ({
    parameter,
    gradient: gradients.get(parameter.name)!,
    learningRate: 1e-2,
  }));
  optimizer.update(updates, { momentum: 0.9, weightDecay: 0.01 });
  const value = loss.dataSync()[0]!;
  tf.dispose([loss, ...gradients.values(), inputs, targets]);
  return value;
}

beforeAll(async () => {
  await useNativeEngine();
});

afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

describe('createVisionModel', () => {
  it("orders the body's layer groups before the head's", () => {
    const groups = create().layerGroups.map((group) => group.map(({ name }) => name));
    expect(groups).toEqual([
      ['stem.weight', 'bn1.weight', 'bn1.bias'],
      ['dw.weight', 'bn2.weight', 'bn2.bias'],
      expect.arrayContaining(['head.norm1.weight', 'head.linear2.weight']),
    ]);
  });

  it('gives one logit a class', () => {
    const logits = create().forward(drawnImages(2, 8), evaluation);
    expect(logits.shape).toEqual([2, 3]);
  });

  it('loads a body and draws a head, whatever the file says of a classifier', () => {
    const saved = readSafetensors(create(null, 1).toSafetensors());
    saved.set('classifier.weight', { dtype: 'F32', shape: [1], data: Float32Array.of(0) });
    saved.set('bn1.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(5n) });
    const loaded = readSafetensors(create(saved, 2).toSafetensors());
    expect(loaded.get('stem.weight')).toEqual(saved.get('stem.weight'));
    expect(loaded.get('dw.weight')).toEqual(saved.get('dw.weight'));
    expect(loaded.get('head.linear1.weight')).not.toEqual(saved.get('head.linear1.weight'));
  });

  it.each<[string, (weights: Map<string, StoredTensor>) => void, RegExp]>([
    ['a tensor less', (weights) => weights.delete('bn2.bias'), /`bn2\.bias` of shape \[4\].*none/],
    [
      'a tensor more',
      (weights) => weights.set('bn3.bias', weights.get('bn2.bias')!),
      /1 more: bn3\.bias/,
    ],
    [
      'a tensor of another shape',
      (weights) => weights.set('dw.weight', weights.get('stem.weight')!),
      /`dw\.weight` of shape \[4, 1, 3, 3\].*\[4, 3, 3, 3\]/,
    ],
    [
      'whole numbers for weights',
      (weights) => weights.set('bn1.bias', { dtype: 'I32', shape: [4], data: new Int32Array(4) }),
      /F32.*I32/,
    ],
  ])('refuses weights with %s, and leaves nothing behind', async (_what, spoil, message) => {
    const weights = readSafetensors(create().toSafetensors());
    spoil(weights);
    await assertNoTensorLeak(() => {
      expect(() => create(weights)).toThrow(WeightsMismatchError);
      expect(() => create(weights)).toThrow(message);
    });
  });
});

describe('createVisionModel on a body in layers', () => {
  it.each([
    ['no layer', 0],
    ['a layer less than groups', 1],
    ['a layer more', 3],
  ])('refuses %s, and leaves nothing behind', async (_what, count) => {
    const build = (store: ParameterStore) => {
      const layers = bodyLayers(tiny, store);
      return [...layers, rectify6].slice(0, count);
    };
    const architecture = { ...tiny, build };
    const options = { architecture, classes: 3, seed: 0, weights: null };
    await assertNoTensorLeak(() => {
      expect(() => createVisionModel(options)).toThrow(InvalidOptionError);
      expect(() => createVisionModel(options)).toThrow(
        new RegExp(`\`build\`.*each of the 2 layer groups.*received ${count} layers`),
      );
    });
  });
});

describe('createVisionModel from a whole file', () => {
  const restore = (weights: ReadonlyMap<string, StoredTensor>, classes = 3) => {
    const model = createVisionModel({
      architecture: tiny,
      classes,
      seed: 9,
      weights,
      head: 'stored',
    });
    models.push(model);
    return model;
  };

  it('takes body and head, bit for bit', () => {
    const original = create(null, 1);
    learn(original);
    const restored = restore(readSafetensors(original.toSafetensors()));
    expect(stateOf(restored)).toEqual(stateOf(original));
    expect(logitsOf(restored)).toEqual(logitsOf(original));
    expect(restored.layerGroups.map((group) => group.length)).toEqual(
      original.layerGroups.map((group) => group.length),
    );
  });

  it.each<[string, (weights: Map<string, StoredTensor>) => void, RegExp]>([
    ['no head', (weights) => weights.delete('head.norm2.bias'), /`head\.norm2\.bias`.*none/],
    [
      'more of a head',
      (weights) => weights.set('head.bias', weights.get('bn1.bias')!),
      /1 more: head\.bias/,
    ],
    [
      'another classifier',
      (weights) => weights.set('fc.bias', weights.get('bn1.bias')!),
      /1 more: fc\.bias/,
    ],
  ])('refuses a file with %s, and leaves nothing behind', async (_what, spoil, message) => {
    const weights = readSafetensors(create().toSafetensors());
    spoil(weights);
    await assertNoTensorLeak(() => {
      expect(() => restore(weights)).toThrow(WeightsMismatchError);
      expect(() => restore(weights)).toThrow(message);
    });
  });

  it('refuses a head of other classes', () => {
    const weights = readSafetensors(create().toSafetensors());
    expect(() => restore(weights, 4)).toThrow(/`head\.linear2\.weight` of shape \[4, 512\]/);
  });
});

describe('VisionModel', () => {
  it("writes files with PyTorch's axes", () => {
    const file = readSafetensors(create().toSafetensors({ epoch: '1' }));
    expect(file.get('stem.weight')!.shape).toEqual([4, 3, 3, 3]);
    expect(file.get('dw.weight')!.shape).toEqual([4, 1, 3, 3]);
    expect(file.get('head.linear1.weight')!.shape).toEqual([512, 8]);
    expect(file.get('bn1.running_var')!.data).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  it('returns to a snapshot, and can do so again', () => {
    const model = create();
    const before = stateOf(model);
    const snapshot = model.snapshot();
    for (let round = 0; round < 2; round += 1) {
      learn(model);
      expect(stateOf(model)).not.toEqual(before);
      model.restore(snapshot);
      expect(stateOf(model)).toEqual(before);
    }
    snapshot.dispose();
    expect(stateOf(model)).toEqual(before);
  });

  it('moves running statistics a tenth of the way to those of the batch', () => {
    const model = create();
    const inputs = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3], 5, 2, 'float32', 1);
    const [stem] = model.parameters;
    const maps = tf.conv2d(inputs, stem!.variable as never, 2, 'same');
    const { mean, variance } = tf.moments(maps, [0, 1, 2]);
    model.forward(inputs, training);
    const running = (name: string) =>
      model.buffers.find((buffer) => buffer.name === name)!.variable.dataSync();
    const count = 2 * 4 * 4;
    for (let channel = 0; channel < 4; channel += 1) {
      expect(running('bn1.running_mean')[channel]).toBeCloseTo(mean.dataSync()[channel]! / 10, 4);
      const unbiased = (variance.dataSync()[channel]! * count) / (count - 1);
      expect(running('bn1.running_var')[channel]! / (0.9 + 0.1 * unbiased)).toBeCloseTo(1, 4);
    }
  });

  it('changes nothing in evaluation', () => {
    const model = create();
    const before = stateOf(model);
    logitsOf(model);
    expect(stateOf(model)).toEqual(before);
  });

  it('is its body, then its head', () => {
    const model = create();
    const inputs = drawnImages(2, 8);
    const features = model.features(inputs, evaluation);
    expect(features.shape).toEqual([2, 4, 4, 4]);
    const logits = model.classify(features, evaluation).dataSync();
    expect(logits).toEqual(model.forward(inputs, evaluation).dataSync());
    expect(model.architecture).toBe(tiny);
  });

  it.each([0, 1, 2])('computes the same from what enters layer group %i', async (group) => {
    const model = create();
    const whole = logitsOf(model);
    await assertNoTensorLeak(() => {
      const images = drawnImages(4, 8);
      const entering = model.groupInputs(images, group);
      const logits = model.forward(entering, evaluation, group);
      for (const [index, logit] of logits.dataSync().entries())
        expect(logit).toBeCloseTo(whole[index]!, 5);
      tf.dispose([images, entering, logits]);
    });
  });

  it('computes the same as one graph, also of a model that has learned since', () => {
    const model = create();
    const distance = () =>
      tf.tidy(() => {
        const images = drawnImages(4, 8);
        const compiled = model.forward(images, { ...evaluation, compiled: true });
        const expected = model.forward(images, evaluation);
        const largest = (numbers: typeof expected) => tf.max(tf.abs(numbers));
        return tf.div(largest(tf.sub(compiled, expected)), largest(expected)).dataSync()[0]!;
      });
    // A few roundings of single precision, of the largest number.
    expect(distance()).toBeLessThan(1e-6);
    for (const { variable } of model.parameters) variable.assign(tf.mul(variable, 1.5));
    expect(distance()).toBeLessThan(1e-6);
  });

  it('can be entered at its head, and between groups that are layers of their own', () => {
    const inOne = createVisionModel({
      architecture: tinyInOne,
      classes: 3,
      seed: 0,
      weights: null,
    });
    models.push(inOne);
    const entered = (model: VisionModel) =>
      [-1, 0, 0.5, 1, 2, 3].filter((group) => model.canEnter(group));
    expect(entered(create())).toEqual([0, 1, 2]);
    expect(entered(inOne)).toEqual([0, 2]);
    const inputs = drawnImages(1, 8);
    for (const enter of [
      () => inOne.forward(inputs, evaluation, 1),
      () => inOne.groupInputs(inputs, 1),
    ])
      expect(enter).toThrow(/`entersAt`.*of tiny.*\(0, 2\), received 1/);
  });

  it.each([
    ['bn1.bias', [true, true]],
    ['bn1.running_var', [true, true]],
    ['dw.weight', [false, true]],
    ['bn2.running_mean', [false, true]],
    ['head.linear1.weight', [false, false]],
    ['head.norm1.running_mean', [false, false]],
  ])('says with fingerprints of one and of two groups whether %s changed', (name, changes) => {
    const model = create();
    const fingerprints = () => [1, 2].map((end) => model.bodyFingerprint(end));
    const before = fingerprints();
    const { variable } = [...model.parameters, ...model.buffers].find((one) => one.name === name)!;
    tf.tidy(() => {
      variable.assign(tf.add(variable, 1));
    });
    expect(fingerprints().map((after, index) => after !== before[index])).toEqual(changes);
    expect(new Set(fingerprints()).size).toBe(2);
    expect(model.bodyFingerprint()).toBe(fingerprints()[1]);
  });

  it('tells cuts apart by their fingerprints, also around a group without parameters', () => {
    const build = (store: ParameterStore) => {
      const layers = bodyLayers(tiny, store);
      store.beginGroup();
      return [...layers, rectify6];
    };
    const architecture = { ...tiny, build };
    const model = createVisionModel({ architecture, classes: 3, seed: 0, weights: null });
    models.push(model);
    expect(model.layerGroups).toHaveLength(4);
    expect(new Set([1, 2, 3].map((end) => model.bodyFingerprint(end))).size).toBe(3);
  });

  it('disposes of all it holds', async () => {
    await assertNoTensorLeak(() => {
      createVisionModel({ architecture: tiny, classes: 3, seed: 0, weights: null }).dispose();
    });
  });

  it('learns, and learns the same again from the same start', () => {
    const losses = [create(), create()].map((model) => {
      const optimizer = adam();
      const values = Array.from({ length: 30 }, (_, step) => learn(model, optimizer, step));
      optimizer.dispose();
      return values;
    });
    expect(losses[0]).toEqual(losses[1]);
    expect(losses[0]!.at(-1)).toBeLessThan(losses[0]![0]! / 2);
  });

  it('keeps as many tensors over 200 steps', () => {
    const model = create();
    const optimizer = adam();
    learn(model, optimizer);
    const before = countTensors();
    const { numBytes } = tf.memory();
    for (let step = 1; step <= 200; step += 1) {
      learn(model, optimizer, step);
      expect(countTensors()).toBe(before);
    }
    expect(tf.memory().numBytes).toBe(numBytes);
    optimizer.dispose();
  });
});

describe('trainableParameters', () => {
  it.each([
    [0, ['stem.weight', 'dw.weight', 'head.linear1.weight', 'head.linear2.weight']],
    [1, ['dw.weight', 'head.linear1.weight', 'head.linear2.weight']],
    [2, ['head.linear1.weight', 'head.linear2.weight']],
    [3, []],
  ])('lets weights learn from layer group %i on, and norms everywhere', (group, weights) => {
    const parameters = trainableParameters(create(), group);
    const named = (norm: boolean) =>
      parameters.filter(({ role }) => (role === 'norm') === norm).map(({ name }) => name);
    expect(named(false)).toEqual(weights);
    expect(named(true)).toHaveLength(8);
  });

  it('gives gradients to those parameters and no others', () => {
    const model = create();
    const parameters = trainableParameters(model, 2);
    const { loss, gradients } = lossAndGradients(
      () =>
        meanLoss(
          crossEntropy,
          model.forward(drawnImages(4, 8), training),
          tf.tensor1d([0, 1, 2, 0], 'int32'),
        ),
      parameters,
    );
    expect([...gradients.keys()]).toEqual(parameters.map(({ name }) => name));
    for (const gradient of gradients.values()) {
      expect(Math.max(...gradient.abs().dataSync())).toBeGreaterThan(0);
    }
    tf.dispose([loss, ...gradients.values()]);
  });
});
