import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource } from '../data/batch.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { InvalidOptionError } from '../errors.js';
import { Learner } from '../learner/learner.js';
import { predictLogits } from '../learner/predict-logits.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { adam } from '../optimizer/adam.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { interpret, Interpretation } from './interpret.js';
import { predictionsFrom } from './predictions-from.js';

let learner: Learner;

beforeAll(async () => {
  await useNativeEngine();
  const options = { trainPerClass: 5, validPerClass: 3, batchSize: 4 };
  learner = await visionLearner(shapeLoaders(options), {
    architecture: tinyBody,
    weights: null,
    seed: 1,
  });
});
afterAll(() => {
  learner.dispose();
});

/** Counts how often a source is read. */
function counted(source: BatchSource) {
  const reads: number[] = [];
  return {
    reads,
    source: {
      length: source.length,
      itemCount: source.itemCount,
      batches: (epoch: number) => {
        reads.push(epoch);
        return source.batches(epoch);
      },
    },
  };
}

describe('interpret', () => {
  it('judges the valid split in item order', async () => {
    const { predictions } = await interpret(learner);
    expect(predictions.items).toEqual([5, 6, 7, 13, 14, 15, 21, 22, 23]);
  });

  it('judges the train split in item order, leaving none out', async () => {
    const { predictions } = await interpret(learner, { split: 'train' });
    expect(predictions.items).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 16, 17, 18, 19, 20]);
    expect(predictions.actuals).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it('judges whatever batches it is given', async () => {
    const { valid } = shapeLoaders({ trainPerClass: 1, validPerClass: 2, seed: 9 });
    const { predictions } = await interpret(learner, { source: valid });
    expect(predictions.items).toEqual([1, 2, 4, 5, 7, 8]);
  });

  it('reads the images once, however much is asked of it', async () => {
    const { reads, source } = counted(learner.loaders.valid);
    const interpretation = await interpret(learner, { source });
    interpretation.confusionMatrix({ normalise: 'row' });
    interpretation.mostConfused();
    interpretation.topLosses();
    interpretation.classificationReport();
    interpretation.examplesByClass();
    expect(reads).toEqual([0]);
  });

  it('says of each batch what the logits of the whole split say', async () => {
    const whole = await predictLogits(learner.model, learner.loaders.valid);
    const { predictions } = await interpret(learner);
    expect(predictions).toEqual(predictionsFrom({ vocab: learner.loaders.vocab, ...whole }));
  });

  it('says how to judge train items that come shuffled only', async () => {
    const { train, valid, vocab } = shapeLoaders();
    const other = new Learner({
      loaders: { train, valid, vocab },
      model: learner.model,
      optimizer: adam(),
      loss: crossEntropy,
      metrics: [],
      seed: 0,
    });
    await expect(interpret(other, { split: 'train' })).rejects.toThrow(InvalidOptionError);
    await expect(interpret(other, { split: 'train' })).rejects.toThrow(/`source`/);
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(() => interpret(learner));
    await assertNoTensorLeak(() => interpret(learner, { split: 'train' }));
  });
});

describe('Interpretation', () => {
  it('answers for two classes', () => {
    const two = new Interpretation({
      vocab: ['cat', 'dog'],
      items: [0, 1, 2],
      actuals: [0, 0, 1],
      predicted: [0, 1, 1],
      losses: [0.1, 2, 0.3],
      actualProbabilities: [0.9, 0.14, 0.74],
      predictedProbabilities: [0.9, 0.86, 0.74],
    });
    expect(two.confusionMatrix({ normalise: 'row' })).toEqual([
      [0.5, 0.5],
      [0, 1],
    ]);
    expect(two.mostConfused()).toEqual([{ actual: 'cat', predicted: 'dog', count: 1 }]);
    expect(two.topLosses(1)[0]).toMatchObject({ item: 1, actual: 'cat', predicted: 'dog' });
    expect(two.classReport()[1]).toMatchObject({ precision: 0.5, recall: 1 });
    expect(two.examples({ actual: 'cat', count: 1 })[0]).toMatchObject({ item: 0 });
  });

  it('answers for 1,000 classes and 50,000 items in memory that grows with the items', () => {
    const classes = 1000;
    const count = 50_000;
    const column = (toValue: (row: number) => number) =>
      Array.from({ length: count }, (_, row) => toValue(row));
    const actuals = column((row) => row % classes);
    const interpretation = new Interpretation({
      vocab: column((row) => row)
        .slice(0, classes)
        .map(String),
      items: column((row) => row),
      actuals,
      predicted: column((row) => (row % 10 === 0 ? (row * 7) % classes : row % classes)),
      losses: column((row) => (row * 31) % 97),
      actualProbabilities: column((row) => (row % 101) / 101),
      predictedProbabilities: column((row) => (row % 103) / 103),
    });
    const before = process.memoryUsage().heapUsed;
    const cells = interpretation.confusionCells();
    const confused = interpretation.mostConfused();
    const report = interpretation.classificationReport();
    const byClass = interpretation.examplesByClass({ count: 3 });
    const used = process.memoryUsage().heapUsed - before;

    expect(cells.counts.reduce((sum, one) => sum + one, 0)).toBe(count);
    // 100 multiples of 10 go elsewhere, but those of 500 stay where they are; each is seen 50 times.
    expect(confused.every((one) => one.count === 50)).toBe(true);
    expect(cells.counts).toHaveLength(classes);
    expect(report.accuracy).toBeCloseTo(1 - (confused.length * 50) / count, 12);
    expect(byClass.every((one) => one.examples.length === 3)).toBe(true);
    // A broadcast over classes squared and items, as fastai's, would take 50 GB; the columns are 3 MB.
    expect(used).toBeLessThan(200e6);
    expect(interpretation.confusionMatrix({ normalise: 'row' })[1]![1]).toBe(1);
  });
});
