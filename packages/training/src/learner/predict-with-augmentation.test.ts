import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource } from '../data/batch.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import type { Predictions } from '../interpretation/predictions.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import type { Learner } from './learner.js';
import { predictWithAugmentation } from './predict-with-augmentation.js';

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

/** The valid items, drawn otherwise in every pass. */
const drawnAgain = (pass: number): BatchSource => shapeLoaders({ seed: 100 + pass }).valid;

const probabilitiesOf = ({ actualProbabilities }: Predictions) => actualProbabilities;

describe('predictWithAugmentation', () => {
  it.each([
    ['a quarter of the plain probability and three of the mean of four passes', {}, 4, 0.25],
    ['other weights and passes', { passes: 2, plainShare: 0.6 }, 2, 0.6],
    ['the augmented mean alone', { passes: 3, plainShare: 0 }, 3, 0],
  ] as const)('gives %s', async (...row) => {
    const [, options, passes, plainShare] = row;
    const learner = await newLearner();
    const plain = probabilitiesOf(await learner.predict());
    const augmented: (readonly number[])[] = [];
    for (let pass = 0; pass < passes; pass += 1)
      augmented.push(probabilitiesOf(await learner.predict(drawnAgain(pass))));

    const predictions = await predictWithAugmentation(learner, {
      augmented: drawnAgain,
      ...options,
    });
    for (const [item, probability] of predictions.actualProbabilities.entries()) {
      const mean = augmented.reduce((sum, one) => sum + one[item]!, 0) / passes;
      expect(probability).toBeCloseTo(plainShare * plain[item]! + (1 - plainShare) * mean, 6);
    }
  });

  it('gives predictions like any other: items, labels, losses of the mean', async () => {
    const learner = await newLearner();
    const { items, actuals } = await learner.predict();
    const predictions = await predictWithAugmentation(learner, { augmented: drawnAgain });
    expect(predictions).toMatchObject({ items, actuals, vocab: learner.loaders.vocab });
    for (const [row, loss] of predictions.losses.entries())
      expect(loss).toBeCloseTo(-Math.log(predictions.actualProbabilities[row]!), 6);
  });

  it('asks for epoch `pass` of the source for `pass`, so that one loader will do', async () => {
    const learner = await newLearner();
    const asked: number[] = [];
    const { valid } = learner.loaders;
    const source: BatchSource = {
      length: valid.length,
      itemCount: valid.itemCount,
      batches: (epoch) => {
        asked.push(epoch);
        return valid.batches(epoch);
      },
    };
    await predictWithAugmentation(learner, { augmented: () => source, passes: 3 });
    expect(asked).toEqual([0, 1, 2]);
  });

  it('changes nothing but rounding when augmented images are plain ones, in any order', async () => {
    const learner = await newLearner();
    const { valid } = learner.loaders;
    const backwards: BatchSource = {
      length: valid.length,
      itemCount: valid.itemCount,
      async *batches(epoch) {
        const batches = [];
        for await (const batch of valid.batches(epoch)) batches.push(batch);
        yield* batches.reverse();
      },
    };
    const plain = await learner.predict();
    const predictions = await predictWithAugmentation(learner, { augmented: () => backwards });
    expect(predictions.predicted).toEqual(plain.predicted);
    for (const [row, loss] of plain.losses.entries())
      expect(predictions.losses[row]).toBeCloseTo(loss, 5);
  });

  it('leaves no tensor behind, and weights as they are', async () => {
    const learner = await newLearner();
    const before = await learner.predict();
    await assertNoTensorLeak(() => predictWithAugmentation(learner, { augmented: drawnAgain }));
    expect(await learner.predict()).toEqual(before);
  });

  it.each([
    ['no pass', { passes: 0 }, /`passes`.*received 0/],
    ['a share above 1', { plainShare: 1.5 }, /`plainShare`.*received 1.5/],
  ])('refuses %s', async (_sentence, options, message) => {
    const learner = await newLearner();
    await expect(
      predictWithAugmentation(learner, { augmented: drawnAgain, ...options }),
    ).rejects.toThrow(message);
  });

  it('refuses a source that leaves items out', async () => {
    const learner = await newLearner();
    const fewer = () => shapeLoaders({ classes: ['circle', 'square'] }).valid;
    await expect(predictWithAugmentation(learner, { augmented: fewer })).rejects.toThrow(
      /`augmented` to be a source of the same items.*16 items without item/,
    );
  });

  it('needs augmented images, which loaders of drawn shapes have not', async () => {
    const learner = await newLearner();
    await expect(predictWithAugmentation(learner)).rejects.toThrow(
      /`augmented` to be given, or loaders of `dataBlock`/,
    );
  });
});
