import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource } from '../data/batch.js';
import { assertNoTensorLeak, countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { oneCycle } from '../schedule/one-cycle.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner, type VisionLearnerOptions } from '../vision-learner.js';
import { labelSmoothing } from '../losses/label-smoothing.js';
import { weightedCrossEntropy } from '../losses/weighted-cross-entropy.js';
import type { BatchResult } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import type { HyperParameterSchedule } from './hyper-parameters.js';
import type { Learner } from './learner.js';

const learners: Learner[] = [];
beforeAll(async () => {
  await useNativeEngine();
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});

async function newLearner(
  options: Parameters<typeof shapeLoaders>[0] = {},
  learnerOptions: Partial<VisionLearnerOptions> = {},
): Promise<Learner> {
  const learner = await visionLearner(shapeLoaders(options), {
    architecture: tinyBody,
    weights: null,
    seed: 1,
    ...learnerOptions,
  });
  learners.push(learner);
  return learner;
}

const constant: HyperParameterSchedule = () => ({
  learningRates: [1e-2, 1e-2, 1e-2],
  momentum: 0.9,
  weightDecay: 0.01,
});

/** fastai's one-cycle with one peak for all three groups. */
const cycle: HyperParameterSchedule = (progress) => {
  const { learningRate, momentum } = oneCycle({ peak: 2e-2 })(progress);
  return { learningRates: [learningRate, learningRate, learningRate], momentum, weightDecay: 0.01 };
};

const weightsOf = (learner: Learner, name: string): number[] => [
  ...learner.model.parameters.find((parameter) => parameter.name === name)!.variable.dataSync(),
];

/** Fits, and collects what an observer hears. */
async function observe(learner: Learner, epochs: number, schedule = constant) {
  const batches: BatchResult[] = [];
  const results: EpochResult[] = [];
  const observer = {
    batch: (batch: BatchResult) => batches.push(batch),
    epoch: (epoch: EpochResult) => results.push(epoch),
  };
  const outcome = await learner.fit(epochs, { schedule, observer });
  return { batches, results, outcome };
}

describe('fit', () => {
  it('learns drawn shapes', async () => {
    const learner = await newLearner({ trainPerClass: 64, validPerClass: 24, batchSize: 16 });
    const { results } = await observe(learner, 16, cycle);
    const errorRate = results.at(-1)!.metrics.find(({ name }) => name === 'errorRate')!;
    // Guessing among three classes is wrong two times in three.
    expect(errorRate.value).toBeLessThan(0.34);
  });

  it('counts steps and epochs on over several fits', async () => {
    const learner = await newLearner();
    const first = await observe(learner, 1);
    const second = await observe(learner, 2);
    const batches = [...first.batches, ...second.batches];
    expect(batches.map(({ step }) => step)).toEqual(batches.map((_, index) => index));
    expect([...first.results, ...second.results].map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(second.results.map(({ step }) => step)).toEqual([11, 17]);
  });

  it('reports the train loss smoothed with beta 0.98 and debiased, anew for each fit', async () => {
    const learner = await newLearner();
    await observe(learner, 1);
    const { batches, results } = await observe(learner, 1);
    let average = 0;
    for (const [index, { loss, smoothedLoss }] of batches.entries()) {
      average = 0.98 * average + 0.02 * loss;
      expect(smoothedLoss).toBeCloseTo(average / (1 - 0.98 ** (index + 1)), 10);
    }
    expect(results[0]?.trainLoss).toBe(batches.at(-1)?.smoothedLoss);
  });

  it('asks the schedule for progress k/N before batch k, and never for 1', async () => {
    const learner = await newLearner();
    const asked: number[] = [];
    await learner.fit(2, {
      schedule: (progress) => {
        asked.push(progress);
        return constant(progress);
      },
    });
    expect(asked).toEqual(Array.from({ length: 12 }, (_, index) => index / 12));
  });

  it('reports the mean loss and the share of mistakes on the valid split, in item order', async () => {
    const { results } = await observe(await newLearner(), 1);
    const { predictions, validLoss, metrics } = results[0]!;
    expect(predictions.items).toEqual([...predictions.items].sort((a, b) => a - b));
    const mistakes = predictions.actuals.filter((one, row) => one !== predictions.predicted[row]);
    const total = predictions.losses.reduce((sum, loss) => sum + loss, 0);
    expect(validLoss).toBeCloseTo(total / predictions.losses.length, 6);
    expect(metrics[0]).toEqual({
      name: 'errorRate',
      value: mistakes.length / predictions.actuals.length,
      higherIsBetter: false,
    });
  });

  it('reports the valid loss as its own loss sees it, and the loss of items as cross-entropy', async () => {
    const classWeights = [1, 0, 5];
    const learner = await newLearner({}, { loss: weightedCrossEntropy({ classWeights }) });
    const { results } = await observe(learner, 1);
    const { predictions, validLoss } = results[0]!;
    const weights = predictions.actuals.map((actual) => classWeights[actual]!);
    const parts = predictions.losses.map((loss, row) => loss * weights[row]!);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(validLoss).toBeCloseTo(sum(parts) / sum(weights), 5);

    const smoothed = await newLearner({}, { loss: labelSmoothing({ epsilon: 0.5 }) });
    const { results: after } = await observe(smoothed, 1);
    for (const [row, loss] of after[0]!.predictions.losses.entries())
      expect(loss).toBeCloseTo(-Math.log(after[0]!.predictions.actualProbabilities[row]!), 6);
  });

  it('moves weights only once the batches to accumulate are there, over the ends of epochs', async () => {
    const learner = await newLearner({}, { accumulate: 4 });
    const seen: string[] = [];
    await learner.fit(2, {
      schedule: constant,
      callbacks: [
        {
          name: 'witness',
          afterBatch: () => {
            seen.push(weightsOf(learner, 'conv1.weight').join());
            return undefined;
          },
        },
      ],
    });
    // Two epochs of six batches make three steps.
    const moves = seen.flatMap((weights, index) => (weights === seen[index - 1] ? [] : [index]));
    expect(moves).toEqual([0, 3, 7, 11]);
  });

  it('drops at its end what waits for further batches', async () => {
    const once = await newLearner({}, { accumulate: 4 });
    await assertNoTensorLeak(async () => {
      const controller = new AbortController();
      controller.abort();
      await once.fit(1, { schedule: constant, signal: controller.signal });
    });
    expect(once.step).toBe(1);
  });

  it.each([
    ['a clip norm of zero', { clipNorm: 0 }, /`clipNorm` to be a number above 0, received 0/],
    ['half a batch', { accumulate: 0.5 }, /`accumulate` to be an integer of 1 or more/],
  ])('refuses %s', async (_sentence, options, message) => {
    await expect(newLearner({}, options)).rejects.toThrow(message);
  });

  it('gives the same losses again for the same seed, bit for bit', async () => {
    const losses = async () =>
      (await observe(await newLearner(), 2)).batches.map((one) => one.loss);
    expect(await losses()).toEqual(await losses());
  });

  it('ends after the batch at hand when it is aborted', async () => {
    const learner = await newLearner();
    const controller = new AbortController();
    const outcome = await learner.fit(5, {
      schedule: constant,
      signal: controller.signal,
      observer: {
        batch: ({ step }) => {
          if (step === 2) controller.abort('enough');
        },
        epoch: () => undefined,
      },
    });
    expect(outcome).toEqual({ status: 'cancelled', reason: 'enough' });
    expect(learner.step).toBe(3);
  });

  it.each([
    ['a batch', { afterBatch: () => ({ scope: 'fit', reason: 'seen enough' }) as const }, 1],
    ['an epoch', { afterEpoch: () => ({ scope: 'fit', reason: 'seen enough' }) as const }, 6],
  ])('ends when a callback cancels after %s', async (_sentence, hooks, steps) => {
    const learner = await newLearner();
    const callbacks = [{ name: 'impatient', ...hooks }];
    const outcome = await learner.fit(5, { schedule: constant, callbacks });
    expect([outcome, learner.step]).toEqual([
      { status: 'cancelled', reason: 'seen enough' },
      steps,
    ]);
  });

  it('refuses to train on nothing', async () => {
    const loaders = shapeLoaders();
    const nothing: BatchSource = {
      length: 0,
      itemCount: 0,
      batches: () => loaders.valid.batches(0),
    };
    const learner = await visionLearner(
      { ...loaders, train: nothing },
      { architecture: tinyBody, weights: null },
    );
    learners.push(learner);
    await expect(learner.fit(1, { schedule: constant })).rejects.toThrow(/at least one sample/);
  });

  it('fails with what a callback throws', async () => {
    const learner = await newLearner();
    const afterBatch = () => {
      throw new Error('no more');
    };
    await expect(
      learner.fit(1, { schedule: constant, callbacks: [{ name: 'angry', afterBatch }] }),
    ).rejects.toThrow('no more');
  });

  it('keeps memory flat over 200 steps', async () => {
    const learner = await newLearner();
    await observe(learner, 1);
    await assertNoTensorLeak(() => observe(learner, 34));
    expect(learner.step).toBeGreaterThan(200);
  });
});

describe('freezeTo', () => {
  it('leaves frozen weights as they are, to the bit, and trains the head and every norm', async () => {
    const learner = await newLearner();
    learner.freezeTo(-1);
    const names = ['conv1.weight', 'conv2.weight', 'bn1.weight', 'bn2.bias'];
    const before = names.map((name) => weightsOf(learner, name));
    await observe(learner, 1);
    const changed = names.map((name, index) => {
      const now = weightsOf(learner, name);
      return now.some((value, position) => value !== before[index]![position]);
    });
    expect(changed).toEqual([false, false, true, true]);
    expect(learner.trainableGroupCount).toBe(1);
  });

  it('counts from the input side with a number of 0 or more', async () => {
    const learner = await newLearner();
    learner.freezeTo(1);
    const before = weightsOf(learner, 'conv1.weight');
    const later = weightsOf(learner, 'conv2.weight');
    await observe(learner, 1);
    expect(weightsOf(learner, 'conv1.weight')).toEqual(before);
    expect(weightsOf(learner, 'conv2.weight')).not.toEqual(later);
  });
});

it('leaves no tensor behind once disposed', async () => {
  const before = countTensors();
  const learner = await newLearner();
  await observe(learner, 1);
  learner.dispose();
  learners.splice(0);
  expect(countTensors()).toBe(before);
});
