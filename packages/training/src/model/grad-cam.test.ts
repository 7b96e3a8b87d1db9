import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import { tinyBody } from '../testing/tiny-body.js';
import { drawnImages, drawnTensor } from './golden.conformance.js';
import { gradCam } from './grad-cam.js';
import { readSafetensors, type StoredTensor } from './safetensors.js';
import { createVisionModel, type VisionModel } from './vision-model.js';

/** From PyTorch and fastai's head, by `bench/reference/interpretation.py`. */
interface Golden {
  readonly batch: number;
  readonly side: number;
  readonly classes: number;
  readonly width: number;
  readonly height: number;
  readonly logits: readonly number[];
  readonly maps: readonly {
    readonly item: number;
    readonly classIndex: number;
    readonly values: readonly number[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('grad-cam.golden.json', import.meta.url), 'utf8'),
) as Golden;
const { batch, side, classes, width, height } = golden;
const evaluation = { training: false, seed: 0, step: 0 };
let model: VisionModel;
let inputs: Tensor4D;

beforeAll(async () => {
  await useNativeEngine();
  model = createDrawnModel((tensor) => tensor);
  inputs = drawnImages(batch, side);
});
afterAll(() => {
  model.dispose();
  inputs.dispose();
});

/** A tiny model whose weights are those of the formulas, changed by `change`. */
function createDrawnModel(change: (tensor: StoredTensor, name: string) => StoredTensor) {
  const fresh = createVisionModel({ architecture: tinyBody, classes, seed: 0, weights: null });
  const drawn = [...readSafetensors(fresh.toSafetensors())].map(
    ([name, { shape }]) => [name, change(drawnTensor(name, shape), name)] as const,
  );
  fresh.dispose();
  return createVisionModel({
    architecture: tinyBody,
    classes,
    seed: 0,
    weights: new Map(drawn),
    head: 'stored',
  });
}

const stateOf = () =>
  [...model.parameters, ...model.buffers].map(({ variable }) => [...variable.dataSync()]);

describe('gradCam', () => {
  it('stands on the same logits as the reference', () => {
    const logits = tf.tidy(() => [...model.forward(inputs, evaluation).dataSync()]);
    for (const [index, value] of golden.logits.entries()) {
      expect(logits[index]).toBeCloseTo(value, 4);
    }
  });

  it.each(golden.maps)(
    "has PyTorch's map of item $item for class $classIndex",
    async (expected) => {
      const maps = await gradCam(model, inputs, { classIndex: expected.classIndex });
      const { values, ...rest } = maps[expected.item]!;
      expect(rest).toEqual({ classIndex: expected.classIndex, width, height });
      expect(values).toHaveLength(expected.values.length);
      for (const [index, value] of expected.values.entries()) {
        expect(values[index]).toBeCloseTo(value, 4);
      }
    },
  );

  it('explains what is predicted where no class is asked for', async () => {
    const maps = await gradCam(model, inputs);
    const predicted = Array.from({ length: batch }, (_, item) => {
      const row = golden.logits.slice(item * classes, (item + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    expect(maps.map(({ classIndex }) => classIndex)).toEqual(predicted);
    for (const [item, map] of maps.entries()) {
      const expected = golden.maps.find(
        (one) => one.item === item && one.classIndex === map.classIndex,
      )!;
      expect(map.values[7]).toBeCloseTo(expected.values[7]!, 4);
    }
  });

  it('gives an item the same map alone as among others', async () => {
    const [, second] = await gradCam(model, inputs, { classIndex: 1 });
    const alone = tf.slice(inputs, [1, 0, 0, 0], [1, side, side, 3]);
    const [map] = await gradCam(model, alone, { classIndex: 1 });
    alone.dispose();
    for (const [index, value] of second!.values.entries()) {
      expect(map!.values[index]).toBeCloseTo(value, 5);
    }
  });

  it('is all zeros, not NaN, where nothing speaks for the class', async () => {
    const blind = createDrawnModel((tensor, name) =>
      name === 'head.linear2.weight'
        ? { ...tensor, data: new Float32Array(tensor.data.length) }
        : tensor,
    );
    const [map] = await gradCam(blind, inputs, { classIndex: 0 });
    expect(new Set(map!.values)).toEqual(new Set([0]));
    blind.dispose();
  });

  it.each([-1, 5, 1.5])('refuses class index %s of five classes', async (classIndex) => {
    await assertNoTensorLeak(() =>
      expect(gradCam(model, inputs, { classIndex })).rejects.toThrow(InvalidOptionError),
    );
  });

  it('changes nothing and leaves no tensor behind', async () => {
    const before = stateOf();
    await assertNoTensorLeak(() => gradCam(model, inputs));
    await assertNoTensorLeak(() => gradCam(model, inputs, { classIndex: 2 }));
    expect(stateOf()).toEqual(before);
  });
});
