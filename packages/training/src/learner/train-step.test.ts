import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D, Tensor4D } from '../engine/tf.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import type { Parameter, ParameterRole } from '../model/module.js';
import { GradientAccumulator } from '../optimizer/gradient-accumulator.js';
import { sgd } from '../optimizer/sgd.js';
import { type Trainable, trainStep } from './train-step.js';

interface GoldenRun {
  readonly accumulate: number;
  readonly clipNorm: number | null;
  readonly batches: readonly {
    readonly loss: number;
    readonly weight: readonly number[];
    readonly bias: readonly number[];
  }[];
}

/**
 * Weights after every batch of fastai's `fit` with SGD on one linear layer, with `GradientClip` and
 * `GradientAccumulation` (which counts items, in batches of four): `bench/reference/train-steps.py`.
 */
const golden = JSON.parse(
  readFileSync(new URL('train-step.golden.json', import.meta.url), 'utf8'),
) as GoldenRun[];

const FEATURES = 12;
const CLASSES = 3;
const BATCH = 4;
const BATCHES = 3;

beforeAll(async () => {
  await useNativeEngine();
});

const wave = (start: number, length: number, phase: number) =>
  Array.from({ length }, (_, index) => Math.sin(0.37 * (start + index) ** 2 + phase));

const parameterOf = (role: ParameterRole, shape: number[], values: number[]): Parameter => ({
  name: role,
  variable: tf.variable(tf.tensor(values, shape)),
  role,
  group: 0,
});

/** One linear layer, as the reference has it. */
function linear({ accumulate, clipNorm }: Pick<GoldenRun, 'accumulate' | 'clipNorm'>): Trainable {
  const weight = parameterOf('weight', [FEATURES, CLASSES], wave(0, FEATURES * CLASSES, 3));
  const bias = parameterOf('bias', [CLASSES], [0, 0, 0]);
  const forward = (inputs: Tensor4D): Tensor2D => {
    const flat = tf.reshape(inputs, [BATCH, FEATURES]);
    return tf.add(tf.matMul(flat, weight.variable as unknown as Tensor2D), bias.variable);
  };
  return {
    model: { forward },
    parameters: [weight, bias],
    optimizer: sgd(),
    loss: crossEntropy,
    context: { training: true, seed: 0, step: 0 },
    accumulator: new GradientAccumulator(accumulate),
    clipNorm: clipNorm ?? Infinity,
  };
}

const drawBatch = (index: number) => ({
  inputs: tf.tensor4d(wave(index * BATCH * FEATURES, BATCH * FEATURES, 1), [BATCH, 2, 2, 3]),
  targets: tf.tensor1d(
    Array.from({ length: BATCH }, (_, row) => ((index * BATCH + row) * 2) % CLASSES),
    'int32',
  ),
  items: [],
});

const hyperParameters = { learningRates: [0.1], momentum: 0.9, weightDecay: 0.05 };

describe('trainStep', () => {
  it.each(golden)(
    'follows fastai batch by batch: accumulating $accumulate, clipping to $clipNorm',
    async (run) => {
      const trainable = linear(run);
      for (const [index, expected] of run.batches.entries()) {
        const loss = await trainStep(trainable, drawBatch(index % BATCHES), hyperParameters);
        expect(loss).toBeCloseTo(expected.loss, 5);
        for (const { role, variable } of trainable.parameters) {
          const received = variable.dataSync();
          for (const [at, value] of expected[role as 'weight' | 'bias'].entries())
            expect(received[at]).toBeCloseTo(value, 5);
        }
      }
    },
  );

  it('leaves no tensor behind', async () => {
    const trainable = linear({ accumulate: 2, clipNorm: 0.3 });
    for (let index = 0; index < 2; index += 1)
      await trainStep(trainable, drawBatch(index), hyperParameters);
    const before = countTensors();
    for (let index = 0; index < 2; index += 1)
      await trainStep(trainable, drawBatch(index), hyperParameters);
    expect(countTensors()).toBe(before);
  });

  it('keeps nothing of a batch that it fails on', async () => {
    const trainable = linear({ accumulate: 1, clipNorm: null });
    const forward = () => {
      throw new Error('no model');
    };
    const before = countTensors();
    await expect(
      trainStep({ ...trainable, model: { forward } }, drawBatch(0), hyperParameters),
    ).rejects.toThrow('no model');
    expect(countTensors()).toBe(before);
  });

  it('refuses fewer rates than layer groups, and leaves no tensor behind', async () => {
    const trainable = linear({ accumulate: 1, clipNorm: null });
    const before = countTensors();
    await expect(
      trainStep(trainable, drawBatch(0), { ...hyperParameters, learningRates: [] }),
    ).rejects.toThrow(/`learningRates` to be one for each layer group.*received 0 rates/);
    expect(countTensors()).toBe(before);
  });
});
