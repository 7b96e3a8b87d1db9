import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import type { Callback } from '../learner/callback.js';
import type { HyperParameterSchedule } from '../learner/hyper-parameters.js';
import type { Learner } from '../learner/learner.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { progressiveResizing } from './progressive-resizing.js';
import { saveBest } from './save-best.js';

const learners: Learner[] = [];
beforeAll(async () => {
  await useNativeEngine();
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});

async function newLearner(): Promise<Learner> {
  const options = { architecture: tinyBody, weights: null, seed: 1 };
  const learner = await visionLearner(shapeLoaders(), options);
  learners.push(learner);
  return learner;
}

const stateOf = (learner: Learner): number[][] =>
  [...learner.model.parameters, ...learner.model.buffers].map(({ variable }) => [
    ...variable.dataSync(),
  ]);

/** Learns well in the first two epochs of four, then is driven off. */
const ruinous: HyperParameterSchedule = (progress) => ({
  learningRates: new Array<number>(3).fill(progress < 0.5 ? 1e-2 : 3),
  momentum: 0.9,
  weightDecay: 0.01,
});

/** Remembers weights and valid loss after every epoch. */
function witness(learner: Learner) {
  const epochs: { validLoss: number; weights: number[][] }[] = [];
  const callback: Callback = {
    name: 'witness',
    afterEpoch({ validLoss }) {
      epochs.push({ validLoss, weights: stateOf(learner) });
      return undefined;
    },
  };
  return { epochs, callback };
}

describe('saveBest', () => {
  it('puts the weights and running statistics of the best epoch back at the end', async () => {
    const learner = await newLearner();
    const { epochs, callback } = witness(learner);
    const best = saveBest();
    await learner.fit(4, { schedule: ruinous, callbacks: [callback, best] });
    const losses = epochs.map(({ validLoss }) => validLoss);
    const bestEpoch = losses.indexOf(Math.min(...losses));
    expect(bestEpoch).toBeLessThan(3);
    expect(stateOf(learner)).toEqual(epochs[bestEpoch]!.weights);
    expect(best.state!()).toMatchObject({ bestEpoch, best: losses[bestEpoch] });
  });

  it('does so as well when the fit fails', async () => {
    const learner = await newLearner();
    const { epochs, callback } = witness(learner);
    const failing: Callback = {
      name: 'failing',
      beforeEpoch(epoch) {
        if (epoch === 3) throw new Error('no more');
        return undefined;
      },
    };
    const callbacks = [callback, saveBest(), failing];
    await expect(learner.fit(4, { schedule: ruinous, callbacks })).rejects.toThrow('no more');
    const losses = epochs.map(({ validLoss }) => validLoss);
    expect(stateOf(learner)).toEqual(epochs[losses.indexOf(Math.min(...losses))]!.weights);
  });

  it('leaves the last weights when it is only to tell of the best', async () => {
    const learner = await newLearner();
    const { epochs, callback } = witness(learner);
    const told: number[] = [];
    const files: number[] = [];
    const best = saveBest({
      restoreAtEnd: false,
      onBest: ({ epoch }, weights) => {
        told.push(epoch);
        files.push(weights.toSafetensors().length);
      },
    });
    await learner.fit(4, { schedule: ruinous, callbacks: [callback, best] });
    expect(stateOf(learner)).toEqual(epochs.at(-1)!.weights);
    const losses = epochs.map(({ validLoss }) => validLoss);
    const records = [...losses.keys()].filter((epoch) =>
      losses.slice(0, epoch).every((loss) => loss > losses[epoch]!),
    );
    expect(told).toEqual(records);
    expect(Math.min(...files)).toBeGreaterThan(tinyBody.parameters * 4);
  });

  it('goes on from a restored state: what was better before stays better', async () => {
    const learner = await newLearner();
    const told: number[] = [];
    const best = saveBest({ onBest: ({ epoch }) => told.push(epoch) });
    best.restore!({ best: 0, bestEpoch: 7, waited: 0 });
    const { epochs, callback } = witness(learner);
    await learner.fit(2, { schedule: ruinous, callbacks: [callback, best] });
    expect(told).toEqual([]);
    expect(best.state!()).toEqual({ best: 0, bestEpoch: 7, waited: 2 });
    expect(stateOf(learner)).toEqual(epochs.at(-1)!.weights);
  });

  it('leaves no tensor behind', async () => {
    const learner = await newLearner();
    await learner.fit(1, { schedule: ruinous });
    await assertNoTensorLeak(() => learner.fit(3, { schedule: ruinous, callbacks: [saveBest()] }));
  });
});

describe('progressiveResizing', () => {
  const sizes = [
    { epoch: 1, size: 12 },
    { epoch: 3, size: 20 },
  ];
  const loadersFor = (size: number) => shapeLoaders({ size, batchSize: size === 20 ? 4 : 8 });

  /** Fits, and notes how wide images are in every epoch. */
  async function widths(learner: Learner, epochs: number, resizing: Callback) {
    const seen: number[] = [];
    const asked: number[] = [];
    const note: Callback = {
      name: 'note',
      beforeBatch(step) {
        seen.push(step.batch.inputs.shape[2]);
        return step;
      },
    };
    await learner.fit(epochs, {
      schedule: (progress) => {
        asked.push(progress);
        return ruinous(0);
      },
      callbacks: [resizing, note],
    });
    return { seen, asked };
  }

  it('changes size at its epochs, for train and valid', async () => {
    const learner = await newLearner();
    const { seen, asked } = await widths(learner, 4, progressiveResizing({ sizes, loadersFor }));
    const expected = [
      ...new Array<number>(6).fill(16),
      ...new Array<number>(12).fill(12),
      ...new Array<number>(12).fill(20),
    ];
    expect(seen).toEqual(expected);
    expect(learner.loaders.valid.length).toBe(6);
    // Every epoch is a quarter of the schedule, however many batches it has.
    expect([0, 6, 12, 18, 24].map((batch) => asked[batch])).toEqual([0, 0.25, 0.5, 0.75, 0.875]);
  });

  it('finds its size by the epoch when a fit goes on', async () => {
    const learner = await newLearner();
    await widths(learner, 2, progressiveResizing({ sizes, loadersFor }));
    const { seen } = await widths(learner, 2, progressiveResizing({ sizes, loadersFor }));
    expect(new Set(seen.slice(0, 6))).toEqual(new Set([12]));
    expect(new Set(seen.slice(6))).toEqual(new Set([20]));
  });

  it('makes loaders once a size', async () => {
    const asked: number[] = [];
    const resizing = progressiveResizing({
      sizes,
      loadersFor: (size) => {
        asked.push(size);
        return loadersFor(size);
      },
    });
    await widths(await newLearner(), 5, resizing);
    expect(asked).toEqual([12, 20]);
  });

  it('refuses epochs that do not rise', () => {
    const falling = [
      { epoch: 2, size: 12 },
      { epoch: 2, size: 16 },
    ];
    expect(() => progressiveResizing({ sizes: falling, loadersFor })).toThrow(
      /`sizes\[1\].epoch` to be an integer of 3 or more, received 2/,
    );
  });
});
