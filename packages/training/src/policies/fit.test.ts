import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import type { BatchResult } from '../learner/callback.js';
import type { Learner } from '../learner/learner.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { fineTune } from './fine-tune.js';
import { fit, fitFlatCosine, fitOneCycle, type FitPolicyOptions } from './fit.js';
import { freeze, unfreeze } from './freeze.js';

const learners: Learner[] = [];
beforeAll(async () => {
  await useNativeEngine();
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});

async function newLearner(): Promise<Learner> {
  const learner = await visionLearner(shapeLoaders(), {
    architecture: tinyBody,
    weights: null,
    seed: 1,
  });
  learners.push(learner);
  return learner;
}

function recorder() {
  const steps: BatchResult[] = [];
  return { steps, batch: (batch: BatchResult) => steps.push(batch), epoch: () => undefined };
}

describe('fit', () => {
  it('keeps one rate and momentum', async () => {
    const observer = recorder();
    await fit(await newLearner(), 1, { learningRate: 3e-3, observer });
    expect(
      observer.steps.map(({ learningRates, momentum }) => [...learningRates, momentum]),
    ).toEqual(new Array(6).fill([3e-3, 3e-3, 3e-3, 0.9]));
  });

  it.each<[string, FitPolicyOptions & { epochs?: number }, RegExp]>([
    ['no epoch', { epochs: 0 }, /`epochs` to be an integer of 1 or more, received 0/],
    ['a negative rate', { learningRate: -1 }, /`learningRate` to be a finite number above 0/],
    ['a range from 0', { learningRate: { min: 0, max: 1 } }, /`learningRate.min`/],
    ['a negative decay', { weightDecay: -0.1 }, /`weightDecay` to be a number of 0 or more/],
  ])('refuses %s', async (_what, { epochs = 1, ...options }, message) => {
    const learner = await newLearner();
    await expect(fit(learner, epochs, options)).rejects.toThrow(message);
  });
});

describe('fitOneCycle', () => {
  it('gives each layer group its share of the peak', async () => {
    const observer = recorder();
    await fitOneCycle(await newLearner(), 4, { learningRate: { min: 1e-4, max: 1e-2 }, observer });
    // A quarter of 24 steps is the warm-up: at step 6 every group is at its peak.
    expect(observer.steps[6]!.learningRates.map((rate) => Number(rate.toPrecision(6)))).toEqual([
      1e-4, 1e-3, 1e-2,
    ]);
    expect(observer.steps[0]!.learningRates.at(-1)).toBeCloseTo(1e-2 / 25, 12);
    expect(observer.steps[6]!.momentum).toBeCloseTo(0.85, 12);
  });
});

describe('fitFlatCosine', () => {
  it('stays at its rate for three quarters, then falls along half a cosine', async () => {
    const observer = recorder();
    await fitFlatCosine(await newLearner(), 4, { learningRate: 1e-2, observer });
    const rates = observer.steps.map(({ learningRates }) => learningRates.at(-1)!);
    expect(rates.slice(0, 19)).toEqual(new Array(19).fill(1e-2));
    // Half-way down: (1e-2 + 1e-7) / 2.
    expect(rates[21]).toBeCloseTo(5.00005e-3, 9);
  });
});

describe('fineTune', () => {
  it('freezes, trains the head, unfreezes, and trains everything at half the rate', async () => {
    const learner = await newLearner();
    const observer = recorder();
    await fineTune(learner, 2, { observer });
    const peaks = [0, 1, 2].map((group) =>
      [observer.steps.slice(0, 6), observer.steps.slice(6)].map((steps) =>
        Math.max(...steps.map(({ learningRates }) => learningRates[group]!)),
      ),
    );
    // fastai's figures for base 2e-3 and three groups; the frozen peak lies between two steps.
    const expected = [
      [2e-4, 1e-5],
      [2e-4, 1e-4],
      [2e-3, 1e-3],
    ];
    for (const [group, [frozen, whole]] of peaks.entries()) {
      expect(frozen! / expected[group]![0]!).toBeGreaterThan(0.9);
      expect(frozen!).toBeLessThanOrEqual(expected[group]![0]!);
      expect(whole! / expected[group]![1]!).toBeGreaterThan(0.95);
      expect(whole!).toBeLessThanOrEqual(expected[group]![1]! * (1 + 1e-12));
    }
    expect(learner.trainableGroupCount).toBe(3);
  });

  it('ends when a callback ends the frozen epochs', async () => {
    const learner = await newLearner();
    const callback = {
      name: 'impatient',
      afterEpoch: () => ({ scope: 'fit', reason: 'seen enough' }) as const,
    };
    expect(await fineTune(learner, 2, { callbacks: [callback] })).toEqual({
      status: 'cancelled',
      reason: 'seen enough',
    });
    expect(learner.epoch).toBe(1);
  });
});

it('freeze leaves the head, unfreeze everything', async () => {
  const learner = await newLearner();
  freeze(learner);
  expect(learner.trainableGroupCount).toBe(1);
  unfreeze(learner);
  expect(learner.trainableGroupCount).toBe(3);
});
