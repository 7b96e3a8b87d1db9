import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Callback, FitStart } from '../learner/callback.js';
import type { EpochResult } from '../learner/epoch-result.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { earlyStopping } from './early-stopping.js';
import { reduceOnPlateau } from './reduce-on-plateau.js';

/** A fit judged by accuracy. None of these callbacks asks for weights. */
const fit: FitStart = {
  epochs: 10,
  metrics: [
    { name: 'accuracy', higherIsBetter: true },
    { name: 'errorRate', higherIsBetter: false },
  ],
  weights: {
    snapshot: () => ({ tensors: [], dispose: () => undefined }),
    restore: () => undefined,
    toSafetensors: () => new Uint8Array(),
  },
};

/** An epoch in which every quantity has the same value. */
const epochOf = (epoch: number, value: number): EpochResult => ({
  epoch,
  step: epoch,
  trainLoss: value,
  validLoss: value,
  seconds: 1,
  metrics: fit.metrics.map((metric) => ({ ...metric, value })),
  predictions: {
    vocab: [],
    items: [],
    actuals: [],
    predicted: [],
    losses: [],
    actualProbabilities: [],
    predictedProbabilities: [],
  },
});

const throughJson = (callback: Callback): unknown => JSON.parse(JSON.stringify(callback.state!()));

describe('earlyStopping', () => {
  /** Feeds one value an epoch and returns the epoch after which it cancels, and why. */
  function stop(callback: Callback, values: readonly number[], firstEpoch = 0) {
    callback.beforeFit!(fit);
    for (const [index, value] of values.entries()) {
      const cancel = callback.afterEpoch!(epochOf(firstEpoch + index, value));
      if (cancel) return { epoch: firstEpoch + index, ...cancel };
    }
    return undefined;
  }

  it.each([
    ['keeps going while the loss falls', [3, 2, 1], {}, undefined],
    ['stops after one epoch without improvement', [3, 2, 2.5], {}, 2],
    ['counts an equal loss as no improvement', [3, 3], {}, 1],
    ['waits for `patience` epochs', [3, 4, 4, 4], { patience: 3 }, 3],
    ['waits anew after an improvement', [3, 4, 2, 4, 4], { patience: 2 }, 4],
    ['compares with the best, not with the last', [1, 3, 2], { patience: 2 }, 2],
    ['counts less than `minDelta` as no improvement', [3, 2.95, 2.9], { minDelta: 0.1 }, 1],
    ['counts exactly `minDelta` as no improvement', [3, 2.5], { minDelta: 0.5 }, 1],
    ['watches a metric in the direction it gives', [0.5, 0.6, 0.55], { monitor: 'accuracy' }, 2],
    ['watches one that is better when lower', [0.5, 0.4, 0.45], { monitor: 'errorRate' }, 2],
    ['watches the train loss', [2, 1, 1.5], { monitor: 'trainLoss' }, 2],
    ['lets `mode` have the last word', [1, 2, 3, 2], { mode: 'max' }, 3],
    ['counts NaN as no improvement', [3, NaN, NaN], { patience: 2 }, 2],
  ] as const)('%s', (...row) => {
    const [, values, options, epoch] = row;
    expect(stop(earlyStopping(options), values)?.epoch).toBe(epoch);
  });

  it('says since when', () => {
    expect(stop(earlyStopping({ patience: 2 }), [3, 2, 4, 4])).toMatchObject({
      scope: 'fit',
      reason: 'validLoss has not improved since epoch 1',
    });
    expect(stop(earlyStopping(), [NaN])).toMatchObject({
      reason: 'validLoss has not been finite in any epoch',
    });
  });

  it('begins anew with every fit', () => {
    const callback = earlyStopping();
    expect(stop(callback, [1, 2])?.epoch).toBe(1);
    expect(stop(callback, [5, 4, 3])).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5])('decides the same when it is restored after %d epochs', (epochs) => {
    const losses = [5, 4, 6, 4.5, 3.9, 7, 7, 7];
    const whole = stop(earlyStopping({ patience: 3 }), losses);
    const before = earlyStopping({ patience: 3 });
    expect(stop(before, losses.slice(0, epochs))).toBeUndefined();
    const after = earlyStopping({ patience: 3 });
    after.restore!(throughJson(before));
    expect(stop(after, losses.slice(epochs), epochs)).toEqual(whole);
  });

  it.each([
    ['a patience of zero', () => earlyStopping({ patience: 0 }), /`patience`.*received 0/],
    ['a negative delta', () => earlyStopping({ minDelta: -1 }), /`minDelta`.*received -1/],
    [
      'a quantity that there is not, before the first epoch',
      () => stop(earlyStopping({ monitor: 'valid_loss' }), []),
      /one of validLoss, trainLoss, accuracy, errorRate, received valid_loss/,
    ],
    [
      'a state that it did not give',
      () => {
        earlyStopping().restore!({ best: 'low' });
      },
      /`state` to be what the same callback gave.*received {"best":"low"}/,
    ],
  ])('refuses %s', (_sentence, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('reduceOnPlateau', () => {
  beforeAll(async () => {
    await useNativeEngine();
  });

  /** Feeds one loss an epoch and returns the rates of each epoch, of two scheduled as 1 and 0.1. */
  function ratesOf(callback: Callback, losses: readonly number[]): (readonly number[])[] {
    callback.beforeFit!(fit);
    const batch = {
      inputs: tf.tensor4d([0, 0, 0], [1, 1, 1, 3]),
      targets: tf.tensor1d([0]),
      items: [0],
    };
    return losses.map((loss, epoch) => {
      const planned = callback.beforeBatch!({
        step: epoch,
        batch,
        loss: crossEntropy,
        hyperParameters: { learningRates: [1, 0.1], momentum: 0.9, weightDecay: 0.01 },
      });
      callback.afterEpoch!(epochOf(epoch, loss));
      return planned.hyperParameters.learningRates;
    });
  }
  it.each([
    ['leaves rates alone while the loss falls', [3, 2, 1], {}, [1, 1, 1]],
    ['divides by ten after an epoch without improvement', [3, 3, 2, 1], {}, [1, 1, 0.1, 0.1]],
    ['divides again while nothing improves', [3, 3, 3, 3], {}, [1, 1, 0.1, 0.01]],
    ['waits anew after each', [3, 3, 3, 3, 3, 3], { patience: 2 }, [1, 1, 1, 0.1, 0.1, 0.01]],
    ['divides by `factor`', [3, 3, 3], { factor: 2 }, [1, 1, 0.5]],
    ['stops at `minLearningRate`', [3, 3, 3, 3], { minLearningRate: 0.05 }, [1, 1, 0.1, 0.05]],
  ] as const)('%s', (...row) => {
    const [, losses, options, rates] = row;
    const received = ratesOf(reduceOnPlateau(options), losses).map(([first]) => first!);
    for (const [epoch, rate] of rates.entries()) expect(received[epoch]).toBeCloseTo(rate, 12);
  });

  it('divides the rates of all layer groups, and raises none to the lowest', () => {
    const rates = ratesOf(reduceOnPlateau({ minLearningRate: 0.2 }), [3, 3, 3]).at(-1);
    expect(rates).toEqual([0.2, 0.1]);
  });

  it('begins anew with every fit', () => {
    const callback = reduceOnPlateau();
    ratesOf(callback, [3, 3, 3]);
    expect(ratesOf(callback, [3])[0]).toEqual([1, 0.1]);
  });

  it.each([1, 2, 3, 4, 5])('decides the same when it is restored after %d epochs', (epochs) => {
    const losses = [5, 5, 5, 4, 4, 4, 4];
    const whole = ratesOf(reduceOnPlateau({ patience: 2 }), losses);
    const before = reduceOnPlateau({ patience: 2 });
    const first = ratesOf(before, losses.slice(0, epochs));
    const after = reduceOnPlateau({ patience: 2 });
    after.restore!(throughJson(before));
    expect([...first, ...ratesOf(after, losses.slice(epochs))]).toEqual(whole);
  });

  it.each([
    ['a factor of 1', { factor: 1 }, /`factor` to be a number above 1, received 1/],
    ['a patience of zero', { patience: 0 }, /`patience`.*received 0/],
    ['a lowest rate below zero', { minLearningRate: -1 }, /`minLearningRate`.*received -1/],
  ])('refuses %s', (_sentence, options, message) => {
    expect(() => reduceOnPlateau(options)).toThrow(message);
  });
});
