import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { PlannedStep } from '../learner/callback.js';
import type { EpochResult } from '../learner/epoch-result.js';
import type { Learner } from '../learner/learner.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { type Loss, meanLoss } from '../losses/loss.js';
import { weightedCrossEntropy } from '../losses/weighted-cross-entropy.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { mixUp } from './mix-up.js';

const learners: Learner[] = [];
beforeAll(async () => {
  await useNativeEngine();
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});

const COUNT = 6;
const CLASSES = 3;
const labels = [0, 2, 1, 1, 0, 2];
const logits = Array.from({ length: COUNT * CLASSES }, (_, index) => 3 * Math.sin(index * index));

/** A step whose image i is white in pixel i and black elsewhere, so that a mixture tells what is in it. */
const plan = (loss: Loss = crossEntropy, step = 0): PlannedStep => ({
  step,
  batch: {
    inputs: tf.reshape(tf.eye(COUNT), [COUNT, COUNT, 1, 1]),
    targets: tf.tensor1d(labels, 'int32'),
    items: labels.map((_, index) => 100 + index),
  },
  loss,
  hyperParameters: { learningRates: [0.1], momentum: 0.9, weightDecay: 0.01 },
});

/** Who is mixed with whom, and how much each keeps of itself. */
function readMixture({ batch }: PlannedStep): { partners: number[]; shares: number[] } {
  const rows = tf.reshape(batch.inputs, [COUNT, COUNT]).arraySync() as number[][];
  const shares = rows.map((row, own) => row[own]!);
  const partners = rows.map((row, own) => {
    const other = row.findIndex((value, index) => index !== own && value > 0);
    return other < 0 ? own : other;
  });
  return { partners, shares };
}

/** Cross-entropy of item `row` with `label`, in double precision. */
function crossEntropyOf(row: number, label: number): number {
  const own = logits.slice(row * CLASSES, (row + 1) * CLASSES);
  return Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0)) - own[label]!;
}

describe('mixUp', () => {
  it('mixes every image with one other, and keeps at least half of itself', () => {
    const { partners, shares } = readMixture(mixUp().beforeBatch!(plan()));
    expect([...partners].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(new Set(shares).size).toBeGreaterThan(1);
  });

  it('loses nothing of the light: shares of two images make one', () => {
    const { batch } = mixUp().beforeBatch!(plan());
    for (const sum of tf.sum(batch.inputs, [1, 2, 3]).dataSync()) expect(sum).toBeCloseTo(1, 6);
  });

  it('mixes the losses by both labels with the same shares, item by item', () => {
    const mixed = mixUp().beforeBatch!(plan());
    const { partners, shares } = readMixture(mixed);
    const expected = labels.map((label, row) => {
      const others = crossEntropyOf(row, labels[partners[row]!]!);
      return others + (crossEntropyOf(row, label) - others) * shares[row]!;
    });
    const drawn = tf.tensor2d(logits, [COUNT, CLASSES]);
    const byItem = mixed.loss.byItem(drawn, mixed.batch.targets).dataSync();
    for (const [row, loss] of expected.entries()) expect(byItem[row]).toBeCloseTo(loss, 5);
    const mean = expected.reduce((sum, loss) => sum + loss, 0) / COUNT;
    expect(meanLoss(mixed.loss, drawn, mixed.batch.targets).dataSync()[0]).toBeCloseTo(mean, 5);
  });

  it('mixes what items count for as well', () => {
    const classWeights = [1, 4, 0.5];
    const mixed = mixUp().beforeBatch!(plan(weightedCrossEntropy({ classWeights })));
    const { partners, shares } = readMixture(mixed);
    const weights = mixed.loss.weights!(mixed.batch.targets).dataSync();
    for (const [row, label] of labels.entries()) {
      const [own, other] = [classWeights[label]!, classWeights[labels[partners[row]!]!]!];
      expect(weights[row]).toBeCloseTo(other + (own - other) * shares[row]!, 5);
    }
  });

  it('draws by seed and step alone', () => {
    const drawn = (seed: number, step: number) =>
      readMixture(mixUp({ seed }).beforeBatch!(plan(crossEntropy, step)));
    const callback = mixUp({ seed: 1 });
    callback.beforeBatch!(plan(crossEntropy, 4));
    expect(readMixture(callback.beforeBatch!(plan(crossEntropy, 5)))).toEqual(drawn(1, 5));
    expect(drawn(1, 6)).not.toEqual(drawn(1, 5));
    expect(drawn(2, 5)).not.toEqual(drawn(1, 5));
  });

  it('mixes less the smaller `alpha` is', () => {
    const meanShare = (alpha: number) => {
      const steps = Array.from({ length: 40 }, (_, step) => step);
      const shares = steps.flatMap((step) => {
        const mixture = readMixture(mixUp({ alpha }).beforeBatch!(plan(crossEntropy, step)));
        // An image that is its own partner is whole, whatever its share.
        return mixture.shares.filter((_, row) => mixture.partners[row] !== row);
      });
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    };
    expect(meanShare(0.05)).toBeGreaterThan(0.9);
    expect(meanShare(20)).toBeLessThan(0.6);
  });

  it('refuses an `alpha` of zero', () => {
    expect(() => mixUp({ alpha: 0 })).toThrow(/`alpha` to be a number above 0, received 0/);
  });
});

describe('a fit with mixUp', () => {
  async function fit(epochs: number, withMixUp: boolean) {
    const options = { architecture: tinyBody, weights: null, seed: 1 };
    const learner = await visionLearner(shapeLoaders(), options);
    learners.push(learner);
    const losses: number[] = [];
    const results: EpochResult[] = [];
    await learner.fit(epochs, {
      schedule: () => ({ learningRates: [1e-2, 1e-2, 1e-2], momentum: 0.9, weightDecay: 0.01 }),
      callbacks: withMixUp ? [mixUp()] : [],
      observer: {
        batch: ({ loss }) => losses.push(loss),
        epoch: (result) => results.push(result),
      },
    });
    return { learner, losses, results };
  }

  it('trains on mixtures and is judged by plain images', async () => {
    const { losses, results } = await fit(1, true);
    expect(losses).not.toEqual((await fit(1, false)).losses);
    const { predictions, validLoss } = results[0]!;
    const total = predictions.losses.reduce((sum, loss) => sum + loss, 0);
    expect(validLoss).toBeCloseTo(total / predictions.losses.length, 6);
  });

  it('is the same again, bit for bit', async () => {
    expect((await fit(2, true)).losses).toEqual((await fit(2, true)).losses);
  });

  it('leaves no tensor behind', async () => {
    const { learner } = await fit(1, true);
    await assertNoTensorLeak(() =>
      learner.fit(2, {
        schedule: () => ({ learningRates: [0.01, 0.01, 0.01], momentum: 0.9, weightDecay: 0 }),
        callbacks: [mixUp()],
      }),
    );
  });
});
