import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource, Loaders } from '../data/batch.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Learner } from '../learner/learner.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import type { Loss } from '../losses/loss.js';
import { sgd } from '../optimizer/sgd.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner, type VisionLearnerOptions } from '../vision-learner.js';
import { findLearningRate } from './find-learning-rate.js';

const learners: Learner[] = [];
beforeAll(async () => {
  await useNativeEngine();
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});

async function newLearner(
  options: Partial<VisionLearnerOptions> = {},
  loaders: Loaders = shapeLoaders(),
): Promise<Learner> {
  const learner = await visionLearner(loaders, {
    architecture: tinyBody,
    weights: null,
    seed: 1,
    ...options,
  });
  learners.push(learner);
  return learner;
}

const stateOf = (learner: Learner): number[][] =>
  [...learner.model.parameters, ...learner.model.buffers].map(({ variable }) => [
    ...variable.dataSync(),
  ]);

async function lossesOfFit(learner: Learner): Promise<number[]> {
  const losses: number[] = [];
  await learner.fit(2, {
    schedule: () => ({ learningRates: [1e-2, 1e-2, 1e-2], momentum: 0.9, weightDecay: 0.01 }),
    observer: { batch: ({ loss }) => losses.push(loss), epoch: () => undefined },
  });
  return losses;
}

/** Cross-entropy, moved by as much. */
const shifted = (by: number): Loss => ({
  byItem: (logits, targets) => tf.add(crossEntropy.byItem(logits, targets), by),
});

describe('findLearningRate', () => {
  it('tries the rates of the formula, and never the last', async () => {
    const { points } = await findLearningRate(await newLearner(), { stopOnDivergence: false });
    const rates = points.map(({ learningRate }) => learningRate);
    expect(rates.length).toBe(100);
    // start * (end / start)^(i / steps), computed for i = 0, 1, 10, 50, 94, 99.
    const expected = {
      0: 1e-7,
      1: 1.202264e-7,
      10: 6.309573e-7,
      50: 1e-3,
      94: 3.311311,
      99: 8.317638,
    };
    for (const [index, rate] of Object.entries(expected))
      expect(rates[Number(index)]! / rate).toBeCloseTo(1, 6);
  });

  it.each([
    ['with Adam', () => ({})],
    ['with SGD', () => ({ optimizer: sgd() })],
    ['with batches that are accumulated', () => ({ accumulate: 4 })],
  ])(
    'leaves a learner as it was: the fit after it is the same, bit for bit, %s',
    async (...row) => {
      const [, options] = row;
      const [undisturbed, searched] = [await newLearner(options()), await newLearner(options())];
      await lossesOfFit(undisturbed);
      await lossesOfFit(searched);
      const before = stateOf(searched);
      await assertNoTensorLeak(() => findLearningRate(searched, { steps: 21 }));
      expect(stateOf(searched)).toEqual(before);
      expect(await lossesOfFit(searched)).toEqual(await lossesOfFit(undisturbed));
      expect(stateOf(searched)).toEqual(stateOf(undisturbed));
    },
  );

  it('changes nothing for the first fit either', async () => {
    const [undisturbed, searched] = [await newLearner(), await newLearner()];
    await findLearningRate(searched);
    await lossesOfFit(undisturbed);
    await lossesOfFit(searched);
    expect(stateOf(searched)).toEqual(stateOf(undisturbed));
  });

  it('stops once the smoothed loss is four times its best, with that point in the record', async () => {
    const { points, stoppedBecause } = await findLearningRate(await newLearner(), {
      startLr: 1e-3,
      endLr: 1e4,
      steps: 60,
    });
    expect(stoppedBecause).toBe('diverged');
    const smoothed = points.map(({ smoothedLoss }) => smoothedLoss);
    expect(smoothed.at(-1)).toBeGreaterThan(4 * Math.min(...smoothed));
    expect(Math.max(...smoothed.slice(0, -1))).toBeLessThanOrEqual(4 * Math.min(...smoothed));
  });

  it('ends at the first loss that is not finite, and the model is as before', async () => {
    const learner = await newLearner();
    const before = stateOf(learner);
    const { stoppedBecause, points } = await findLearningRate(learner, {
      startLr: 1e30,
      endLr: 1e38,
      steps: 30,
      stopOnDivergence: false,
    });
    expect(stoppedBecause).toBe('non-finite');
    expect(points.filter(({ loss }) => !Number.isFinite(loss)).length).toBe(1);
    expect(stateOf(learner)).toEqual(before);
  });

  it('ends at a first loss that is NaN, and says that no rate helps', async () => {
    const learner = await newLearner({ loss: shifted(NaN) });
    const before = stateOf(learner);
    const { points, stoppedBecause, suggestions } = await findLearningRate(learner);
    expect([points.length, stoppedBecause]).toEqual([1, 'non-finite']);
    expect(stateOf(learner)).toEqual(before);
    for (const { learningRate, note } of suggestions) {
      expect(learningRate).toBeNull();
      expect(note).toContain('Check images, labels and weights');
    }
  });

  it('goes on while the loss is below zero, where four times the best says nothing', async () => {
    const { points, stoppedBecause } = await findLearningRate(
      await newLearner({ loss: shifted(-10) }),
      { endLr: 1e-2, steps: 30 },
    );
    expect(Math.max(...points.map(({ smoothedLoss }) => smoothedLoss))).toBeLessThan(0);
    expect([points.length, stoppedBecause]).toEqual([30, 'completed']);
  });

  it('takes the same small batch again and again where there is only one', async () => {
    const loaders = shapeLoaders({ trainPerClass: 1, batchSize: 64 });
    const { points } = await findLearningRate(await newLearner({}, loaders), { steps: 25 });
    expect(points.length).toBe(25);
  });

  it('ends without a point, and says why, where there is no batch', async () => {
    const none: BatchSource = { length: 0, itemCount: 0, batches: async function* () {} };
    const learner = await newLearner({}, { ...shapeLoaders(), train: none });
    const { points, suggestions } = await findLearningRate(learner);
    expect(points).toEqual([]);
    for (const { learningRate, note } of suggestions) {
      expect(learningRate).toBeNull();
      expect(note).toContain('Not a single batch was trained');
    }
  });

  it('says of a loss that never moves that it never fell', async () => {
    const still: Loss = { byItem: (logits) => tf.add(tf.mul(tf.mean(logits, 1), 0), 1) };
    const { points, suggestions } = await findLearningRate(await newLearner({ loss: still }));
    expect(points.length).toBe(100);
    for (const { method, learningRate, note } of suggestions) {
      if (method === 'slide') continue;
      expect(learningRate).toBeNull();
      expect(note).toContain('never fell');
    }
  });

  it.each([1, 4, 5, 6])(
    'never throws for a run of %d steps: every method says why it has no answer',
    async (steps) => {
      const { points, suggestions } = await findLearningRate(await newLearner(), { steps });
      expect(points.length).toBe(steps);
      expect(suggestions.map(({ method }) => method)).toEqual([
        'valley',
        'steep',
        'minimum',
        'slide',
      ]);
      for (const { learningRate, note } of suggestions) {
        expect(learningRate).toBeNull();
        expect(note).not.toBe('');
      }
    },
  );

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const { points, stoppedBecause } = await findLearningRate(await newLearner(), {
      signal: controller.signal,
      onPoint: ({ index }) => {
        if (index === 3) controller.abort();
      },
    });
    expect([points.length, stoppedBecause]).toEqual([4, 'stopped']);
  });

  it.each([
    ['a first rate of zero', { startLr: 0 }, /`startLr` to be a number above 0, received 0/],
    ['a last rate below the first', { startLr: 1, endLr: 0.1 }, /`endLr`.*received 0.1/],
    ['no steps', { steps: 0 }, /`steps` to be an integer of 1 or more, received 0/],
  ])('refuses %s', async (_sentence, options, message) => {
    await expect(findLearningRate(await newLearner(), options)).rejects.toThrow(message);
  });
});
