import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheDirectory } from '../cache-directory.js';
import { lossAndGradients } from '../engine/gradients.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor, Tensor2D } from '../engine/tf.js';
import { efficientNetLite0 } from './efficientnet-lite.js';
import {
  expectSampled,
  expectSampledOnTheWhole,
  drawnImages,
  drawnTensor,
  type Sampled,
} from './golden.conformance.js';
import type { Layer } from './module.js';
import { ParameterStore } from './parameter-store.js';
import { readSafetensors, type StoredTensor } from './safetensors.js';

interface Golden {
  readonly parameters: number;
  readonly names: readonly string[];
  readonly drawn: Computed;
  readonly pretrained: Computed;
}

interface Computed {
  readonly logits: readonly {
    readonly batch: number;
    readonly side: number;
    readonly logits: readonly Sampled[];
  }[];
  readonly learning: readonly Learning[];
}

interface Learning {
  readonly batch: number;
  readonly side: number;
  readonly training: boolean;
  readonly gradients: Readonly<Record<string, Sampled>>;
  readonly statistics: Readonly<Record<string, Sampled>>;
}

const golden = JSON.parse(
  readFileSync(new URL('efficientnet-lite.golden.json', import.meta.url), 'utf8'),
) as Golden;
const weightsFile = join(cacheDirectory(), 'weights', 'tf_efficientnet_lite0.safetensors');

type Weights = ReadonlyMap<string, StoredTensor>;

const evaluation = { training: false, seed: 0, step: 0 };
const stores: ParameterStore[] = [];

beforeAll(async () => {
  await useNativeEngine();
});

afterEach(() => {
  for (const store of stores.splice(0)) store.dispose();
});

function build(weights: Weights | null): { store: ParameterStore; body: Layer } {
  const store = new ParameterStore({ weights, seed: 0 });
  stores.push(store);
  return { store, body: efficientNetLite0.build(store) };
}

function drawnWeights(): Weights {
  const shapes = new Map([
    ...[...build(null).store.toFileTensors()].map(([name, { shape }]) => [name, shape] as const),
    ['classifier.weight', [1000, efficientNetLite0.features]] as const,
    ['classifier.bias', [1000]] as const,
  ]);
  return new Map([...shapes].map(([name, shape]) => [name, drawnTensor(name, shape)]));
}

/** timm's classifier on top of the body, which the network itself does without. */
function classify(body: Layer, weights: Weights, [batch, side]: [number, number]): Tensor2D {
  const pooled = tf.mean<Tensor2D>(body.forward(drawnImages(batch, side), evaluation), [1, 2]);
  const parameter = (name: string): Tensor => {
    const { data, shape } = weights.get(`classifier.${name}`)!;
    return tf.tensor(data as Float32Array, [...shape]);
  };
  return tf.add(tf.matMul(pooled, parameter('weight') as Tensor2D, false, true), parameter('bias'));
}

function expectLogits(weights: Weights, { logits }: Computed): void {
  const { body } = build(weights);
  for (const { batch, side, logits: rows } of logits) {
    const received = tf.unstack(classify(body, weights, [batch, side]));
    for (const [index, row] of rows.entries()) expectSampled(received[index]!, row, 1e-4);
  }
}

function expectLearning(weights: Weights, learning: Learning, tolerance: number): void {
  const { batch, side, training } = learning;
  const { store, body } = build(weights);
  const inputs = drawnImages(batch, side);
  const { features } = efficientNetLite0;
  const pattern = tf.reshape(tf.sin(tf.mul(tf.range(0, batch * features), 0.01)), [
    batch,
    features,
  ]);
  const { gradients } = lossAndGradients(() => {
    const maps = body.forward(inputs, { ...evaluation, training });
    return tf.sum(tf.mul(tf.mean(maps, [1, 2]), pattern));
  }, store.parameters);

  const state = store.toFileTensors();
  for (const [name, sampled] of Object.entries(learning.statistics)) {
    expectSampled(state.get(name)!, sampled, 1e-3);
  }
  for (const { name, variable } of store.parameters) variable.assign(gradients.get(name)!);
  const gradientsAsInFiles = store.toFileTensors();
  for (const [name, sampled] of Object.entries(learning.gradients)) {
    expectSampledOnTheWhole(gradientsAsInFiles.get(name)!, sampled, tolerance);
  }
}

describe('EfficientNet-Lite0', () => {
  it('has the parameters and running statistics of timm, by name', () => {
    const { store } = build(null);
    const names = [...store.parameters, ...store.statistics].map(({ name }) => name);
    const theirs = golden.names.filter((name) => !name.startsWith('classifier.'));
    expect(names.sort()).toEqual(theirs.sort());
  });

  it('has as many parameters as it says, and as timm has', () => {
    const count = build(null).store.parameters.reduce(
      (sum, { variable }) => sum + variable.size,
      0,
    );
    expect(count).toBe(golden.parameters);
    expect(efficientNetLite0.parameters).toBe(golden.parameters);
  });

  it('computes the logits of timm on weights drawn from a formula, odd sizes too', () => {
    expectLogits(drawnWeights(), golden.drawn);
  });

  it('has the gradients of timm in evaluation mode', () => {
    expectLearning(drawnWeights(), golden.drawn.learning[0]!, 1e-4);
  });

  it('has the gradients and running statistics of timm in training mode', () => {
    // Batch norm on a small batch magnifies rounding: with oneDNN and without it differ by 4 %.
    expectLearning(drawnWeights(), golden.drawn.learning[1]!, 0.15);
  });

  it('frees what is between its layers', () => {
    const { body } = build(null);
    const inputs = drawnImages(1, 32);
    const before = tf.memory().numTensors;
    const features = body.forward(inputs, evaluation);
    expect(features.shape).toEqual([1, 1, 1, 1280]);
    // One output a block, which the model frees, and none from inside the blocks.
    expect(tf.memory().numTensors - before).toBe(18);
  });
});

describe.runIf(existsSync(weightsFile))('EfficientNet-Lite0 with its ImageNet weights', () => {
  const weights = (): Weights => readSafetensors(readFileSync(weightsFile));

  it('computes the logits of timm', () => {
    expectLogits(weights(), golden.pretrained);
  });

  it('has the gradients and running statistics of timm in training mode', () => {
    // A single activation that rounding carries over the edge of ReLU6 shows at about 1e-2.
    expectLearning(weights(), golden.pretrained.learning[0]!, 5e-2);
  });
});
