import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradientBy, lossAndGradients } from '../engine/gradients.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor, Tensor2D, Tensor4D } from '../engine/tf.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { focal } from '../losses/focal.js';
import { labelSmoothing } from '../losses/label-smoothing.js';
import type { Loss } from '../losses/loss.js';
import { weightedCrossEntropy } from '../losses/weighted-cross-entropy.js';
import { invertedResiduals, type Stage } from './architectures/inverted-residuals.js';
import { basic, bottleneck, shortcut } from './architectures/resnet.js';
import { dropout } from './dropout.js';
import { drawnTensor, expectSampled, type Sampled } from './golden.conformance.js';
import { concatPool, head } from './head.js';
import { batchNorm, conv, depthwiseConv, linear, maxPool, rectify, rectify6 } from './layers.js';
import { type ForwardContext, type Layer, residual } from './module.js';
import type { Padding, Window } from './padding.js';
import { ParameterStore } from './parameter-store.js';

/** One layer or loss, as PyTorch computes it in double precision. */
interface Golden {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly training: boolean;
  readonly output: Sampled;
  /** Of the output's product with a wave: by the input, `x`, and by each parameter. */
  readonly gradients: Readonly<Record<string, Sampled>>;
  readonly statistics: Readonly<Record<string, Sampled>>;
}

/** Written by `bench/reference/layer-gradients.py`, which holds it against finite differences too. */
const golden = JSON.parse(
  readFileSync(new URL('layer-gradients.golden.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Golden>>;

/** Times the root mean square: some ten roundings of float32, 6e-8 each, and sums of a few hundred. */
const TOLERANCE = 1e-5;
/** Batch norm divides by deviations of a few numbers, which enlarges what rounding did before it. */
const TOLERANCE_OF_BLOCKS = 1e-4;

const TARGETS = [0, 3, 1, 1, 4, 2, 1];
const CLASS_WEIGHTS = [0.5, 1, 2, 0, 3.5];

type Build = (store: ParameterStore) => Layer<Tensor>;

const convOf =
  (window: Window & { readonly padding?: Padding; readonly outputs?: number }) =>
  (store: ParameterStore) =>
    conv(store, 'layer', { inputs: 3, outputs: 4, ...window });

const depthwiseOf =
  (window: Window & { readonly padding?: Padding }): Build =>
  (store) =>
    depthwiseConv(store, 'layer', { channels: 3, ...window });

const norm: Build = (store) => batchNorm(store, 'layer', { channels: 3, epsilon: 1e-3 });

const lossOf =
  ({ byItem }: Loss): Build =>
  () => ({
    forward: (logits: Tensor2D) => byItem(logits, tf.tensor1d(TARGETS, 'int32')),
  });

const invertedOf =
  (stage: Partial<Stage>, padding: Padding): Build =>
  (store) =>
    invertedResiduals(store, {
      stages: [{ blocks: 1, kernel: 3, stride: 1, expansion: 4, channels: 4, ...stage }],
      stem: 4,
      features: 5,
      epsilon: 1e-3,
      padding,
    });

const blockOf =
  (block: typeof basic, { width, stride = 1 }: { width: number; stride?: number }): Build =>
  (store) =>
    shortcut(store, 'layer', { block, inputs: 8, width, stride });

const single: readonly (readonly [name: string, build: Build])[] = [
  ['conv 1, stride 1', convOf({ kernel: 1, stride: 1 })],
  ['conv 1, stride 2', convOf({ kernel: 1, stride: 2 })],
  ['conv 3, stride 1', convOf({ kernel: 3, stride: 1 })],
  ['conv 3, stride 2, same padding', convOf({ kernel: 3, stride: 2 })],
  ['conv 3, stride 2, symmetric padding', convOf({ kernel: 3, stride: 2, padding: 'symmetric' })],
  ['conv 7, stride 2, same padding', convOf({ kernel: 7, stride: 2 })],
  ['conv 7, stride 2, symmetric padding', convOf({ kernel: 7, stride: 2, padding: 'symmetric' })],
  ['depthwise conv 3, stride 1', depthwiseOf({ kernel: 3, stride: 1 })],
  ['depthwise conv 3, stride 2, same padding', depthwiseOf({ kernel: 3, stride: 2 })],
  [
    'depthwise conv 3, stride 2, symmetric padding',
    depthwiseOf({ kernel: 3, stride: 2, padding: 'symmetric' }),
  ],
  ['depthwise conv 5, stride 1', depthwiseOf({ kernel: 5, stride: 1 })],
  ['depthwise conv 5, stride 2, same padding', depthwiseOf({ kernel: 5, stride: 2 })],
  [
    'depthwise conv 5, stride 2, symmetric padding',
    depthwiseOf({ kernel: 5, stride: 2, padding: 'symmetric' }),
  ],
  ['max pool 3, stride 1', () => maxPool({ kernel: 3, stride: 1 })],
  ['max pool 3, stride 2', () => maxPool({ kernel: 3, stride: 2 })],
  ['linear', (store) => linear(store, 'layer', { inputs: 6, outputs: 4 })],
  ['batch norm, training', norm],
  ['batch norm, evaluation', norm],
  ['ReLU', () => rectify],
  ['ReLU6', () => rectify6],
  ['residual', (store) => residual(convOf({ kernel: 3, stride: 1, outputs: 3 })(store))],
  ['cross-entropy', lossOf(crossEntropy)],
  ['label smoothing', lossOf(labelSmoothing())],
  ['focal loss', lossOf(focal())],
  ['focal loss with a root', lossOf(focal({ gamma: 0.5 }))],
  ['weighted cross-entropy', lossOf(weightedCrossEntropy({ classWeights: CLASS_WEIGHTS }))],
];

const headOf: Build = (store) => {
  const layer = head(store, { features: 4, classes: 3, dropout: 0 });
  return { forward: (x, context) => layer.forward(concatPool(x as Tensor4D), context) };
};

const composed: readonly (readonly [name: string, build: Build])[] = [
  ['head, training', headOf],
  ['head, evaluation', headOf],
  ['separable block with a shortcut', invertedOf({ expansion: 1 }, 'same')],
  ['inverted block with a shortcut', invertedOf({}, 'symmetric')],
  [
    'inverted block, stride 2, same padding',
    invertedOf({ kernel: 5, stride: 2, channels: 6 }, 'same'),
  ],
  [
    'inverted block, stride 2, symmetric padding',
    invertedOf({ stride: 2, channels: 6 }, 'symmetric'),
  ],
  ['basic block', blockOf(basic, { width: 8 })],
  ['basic block that halves', blockOf(basic, { width: 6, stride: 2 })],
  ['bottleneck', blockOf(bottleneck, { width: 2 })],
  ['bottleneck that widens', blockOf(bottleneck, { width: 3 })],
  ['bottleneck that halves', blockOf(bottleneck, { width: 3, stride: 2 })],
];

/** The layer, its tensors drawn from their names as the reference draws them. */
function drawn(build: Build): { readonly store: ParameterStore; readonly layer: Layer<Tensor> } {
  const fresh = new ParameterStore({ weights: null, seed: 0 });
  build(fresh);
  const tensors = fresh.toFileTensors();
  const weights = new Map(
    [...tensors].map(([name, { shape }]) => [name, drawnTensor(name, shape)]),
  );
  tf.dispose([...tensors.values()]);
  fresh.dispose();
  const store = new ParameterStore({ weights, seed: 0 });
  return { store, layer: build(store) };
}

function drawnInput(shape: readonly number[], scale: number): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = Float32Array.from(
    { length: size },
    (_, index) => scale * Math.sin(0.37 * index * index + 1),
  );
  return tf.tensor(values, [...shape]);
}

/** What the output is multiplied with, so that no two of its numbers count the same. */
function waveLike({ size, shape }: Tensor): Tensor {
  return tf.tensor(
    Float32Array.from({ length: size }, (_, index) => Math.sin(0.7 * index + 2)),
    shape,
  );
}

/** Output and gradients in training or evaluation mode, and the layer's state afterwards. */
function look(build: Build, { shape, scale, training }: Golden) {
  const { store, layer } = drawn(build);
  const x = drawnInput(shape, scale);
  const context: ForwardContext = { training, seed: 0, step: 0 };
  let output: Tensor | undefined;
  const { gradients } = lossAndGradients(() => {
    output = tf.keep(layer.forward(x, context));
    return tf.sum(tf.mul(output, waveLike(output)));
  }, [...store.parameters, { name: 'x', variable: x }]);

  const state = store.toFileTensors();
  // Gradients take the place of what they are by, to be turned as files have them.
  for (const { name, variable } of store.parameters) variable.assign(gradients.get(name)!);
  const asInFiles = store.toFileTensors();
  store.dispose();
  const byParameter = store.parameters.map(({ name }) => [name, asInFiles.get(name)!] as const);
  return {
    output: output!,
    state,
    gradients: new Map([['x', gradients.get('x')!], ...byParameter]),
  };
}

function expectGolden(name: string, build: Build, tolerance: number): void {
  const expected = golden[name]!;
  tf.tidy(() => {
    const { output, state, gradients } = look(build, expected);
    expect(new Set(gradients.keys())).toEqual(new Set(Object.keys(expected.gradients)));
    expectSampled(output, expected.output, tolerance);
    for (const [of, sampled] of Object.entries(expected.statistics))
      expectSampled(state.get(of)!, sampled, tolerance);
    for (const [by, sampled] of Object.entries(expected.gradients))
      expectGradient(gradients.get(by)!, sampled, tolerance);
  });
}

function expectGradient(gradient: Tensor, sampled: Sampled, tolerance: number): void {
  expect(sampled.values).toHaveLength(Math.ceil(gradient.size / sampled.step));
  // A shift that the next batch norm takes away again: nothing but rounding is left of its gradient.
  if (sampled.norm === 0) expect(tf.norm(gradient).dataSync()[0]).toBeLessThan(tolerance);
  else expectSampled(gradient, sampled, tolerance);
}

beforeAll(async () => {
  await useNativeEngine();
});

describe('A layer or loss by itself', () => {
  it.each(single)('%s has the output and every gradient of PyTorch', (name, build) => {
    expectGolden(name, build, TOLERANCE);
  });
});

describe('A block of layers', () => {
  it.each(composed)('%s has the output and every gradient of PyTorch', (name, build) => {
    expectGolden(name, build, TOLERANCE_OF_BLOCKS);
  });
});

it('compares everything that the reference computed', () => {
  expect([...single, ...composed].map(([name]) => name).sort()).toEqual(Object.keys(golden).sort());
});

describe('dropout', () => {
  // What it drops is drawn from our own random numbers, so that there is no peer to compare with; but
  // it is linear: the gradient of the weighted sum is the weights times what it makes of ones.
  it.each([
    ['in training, lets gradients through where it lets numbers through', true],
    ['in evaluation, lets all gradients through', false],
  ])('%s', (_sentence, training) => {
    const layer = dropout('layer', 0.4);
    const context = { training, seed: 5, step: 3 };
    const x = drawnInput([6, 7], 1) as Tensor2D;
    const wave = waveLike(x);
    const gradient = gradientBy(() => tf.sum(tf.mul(layer.forward(x, context), wave)), x);
    const kept = layer.forward(tf.onesLike(x), context);
    expect([...gradient.dataSync()]).toEqual([...tf.mul(kept, wave).dataSync()]);
    expect(new Set(kept.dataSync()).size).toBe(training ? 2 : 1);
  });
});

describe('At a kink, where PyTorch says 0 as well,', () => {
  it.each([
    ['ReLU', rectify, [-1, 0, 1, 7], [0, 0, 1, 1]],
    ['ReLU6', rectify6, [-1, 0, 1, 6], [0, 0, 1, 0]],
  ])('the gradient of %s is 0', (_name, layer, ...[values, expected]) => {
    const x = tf.tensor4d(values, [1, 1, 1, 4]);
    const context = { training: true, seed: 0, step: 0 };
    const gradient = gradientBy(() => tf.sum(layer.forward(x, context)), x);
    expect([...gradient.dataSync()]).toEqual(expected);
  });
});
