import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';
import { drawnImages, drawnTensor } from './golden.conformance.js';
import { concatPool, head } from './head.js';
import { ParameterStore } from './parameter-store.js';

interface Golden {
  readonly features: number;
  readonly classes: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL('head.golden.json', import.meta.url), 'utf8'),
) as Golden;
const evaluation = { training: false, seed: 0, step: 0 };
let fresh: ParameterStore;

beforeAll(async () => {
  await useNativeEngine();
  fresh = new ParameterStore({ weights: null, seed: 7 });
  head(fresh, { features: 1280, classes: 37 });
});

afterAll(() => {
  fresh.dispose();
});

const valuesOf = (name: string): Float32Array =>
  [...fresh.parameters, ...fresh.statistics]
    .find((tensor) => tensor.name === name)!
    .variable.dataSync() as Float32Array;

describe('head', () => {
  it("has fastai's tensors, without biases in the linear layers", () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    head(store, golden);
    const shapes = [...store.toFileTensors()].map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(golden.shapes);
    store.dispose();
  });

  it("computes fastai's logits in evaluation mode", () => {
    const weights = new Map(
      Object.entries(golden.shapes).map(([name, shape]) => [name, drawnTensor(name, shape)]),
    );
    const store = new ParameterStore({ weights, seed: 0 });
    const maps = tf.tile(drawnImages(8, 7), [1, 1, 1, golden.features / 3]);
    const logits = head(store, golden).forward(concatPool(maps), evaluation).dataSync();
    for (const [index, value] of golden.logits.entries()) {
      expect(logits[index]).toBeCloseTo(value, 4);
    }
    store.dispose();
  });

  it('has the size that the formula gives', () => {
    // Two norms with weight and bias, two matrices without bias.
    const expected = 2 * 2560 + 2560 * 512 + 2 * 512 + 512 * 37;
    const count = fresh.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
    expect(count).toBe(expected);
  });

  it('starts norms with weight 1 and bias 1e-3', () => {
    expect(new Set(valuesOf('head.norm1.weight'))).toEqual(new Set([1]));
    expect(new Set(valuesOf('head.norm2.bias'))).toEqual(new Set([Math.fround(1e-3)]));
  });

  it.each([
    ['head.linear1.weight', 2560],
    ['head.linear2.weight', 512],
  ])('starts %s with Kaiming normal numbers', (name, inputs) => {
    const values = valuesOf(name);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const deviation = Math.sqrt(2 / inputs);
    // Five standard errors of a mean, and of a variance of normal numbers.
    expect(Math.abs(mean)).toBeLessThan((5 * deviation) / Math.sqrt(values.length));
    expect(Math.abs(variance * (inputs / 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    // 68.27 % of normal numbers are within one standard deviation.
    const within = values.filter((value) => Math.abs(value) < deviation).length / values.length;
    expect(within).toBeCloseTo(0.6827, 1);
  });

  it('starts with the same weights for the same seed, and others for another', () => {
    const startingWith = (seed: number): number[] => {
      const store = new ParameterStore({ weights: null, seed });
      head(store, { features: 4, classes: 2 });
      const values = [...store.parameters.at(-1)!.variable.dataSync()];
      store.dispose();
      return values;
    };
    expect(startingWith(1)).toEqual(startingWith(1));
    expect(startingWith(1)).not.toEqual(startingWith(2));
  });

  it('gives the gradient of a maximum to one place only', () => {
    const store = new ParameterStore({ weights: null, seed: 0 });
    const layer = head(store, { features: 1, classes: 2 });
    const maps = tf.ones<tf.Rank.R4>([2, 2, 2, 1]);
    const gradient = tf.grad((x) => tf.sum(layer.forward(concatPool(x as Tensor4D), evaluation)))(
      maps,
    );
    const [first, second, third, fourth] = gradient.dataSync();
    expect(second).toBe(third);
    expect(third).toBe(fourth);
    expect(first).not.toBe(second);
    store.dispose();
  });
});
