import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../engine/gradients.js';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { crossEntropy } from './cross-entropy.js';
import { focal } from './focal.js';
import { labelSmoothing } from './label-smoothing.js';
import { type Loss, meanLoss } from './loss.js';
import { balancedClassWeights, weightedCrossEntropy } from './weighted-cross-entropy.js';

interface Golden {
  readonly logits: number[];
  readonly targets: number[];
  readonly classWeights: number[];
  readonly losses: Readonly<
    Record<
      string,
      { readonly mean: number; readonly byItem: number[]; readonly gradient: number[] }
    >
  >;
  readonly counts: number[];
  readonly balancedWeights: number[];
}

/** Computed by PyTorch, fastai and scikit-learn: `bench/reference/losses.py`. */
const golden = JSON.parse(
  readFileSync(new URL('losses.golden.json', import.meta.url), 'utf8'),
) as Golden;

beforeAll(async () => {
  await useNativeEngine();
});

/** Mean, losses by item and gradient by the logits. */
function look(loss: Loss, logits: readonly number[], targets: readonly number[]) {
  const classes = logits.length / targets.length;
  const variable = tf.variable(tf.tensor2d([...logits], [targets.length, classes]));
  const labels = tf.tensor1d([...targets], 'int32');
  const { loss: mean, gradients } = lossAndGradients(
    () => meanLoss(loss, tf.reshape(variable, [targets.length, classes]), labels),
    [{ name: 'logits', variable }],
  );
  const gradient = gradients.get('logits')!;
  const byItem = loss.byItem(tf.tensor2d([...logits], [targets.length, classes]), labels);
  return {
    mean: mean.dataSync()[0]!,
    byItem: [...byItem.dataSync()],
    gradient: [...gradient.dataSync()],
  };
}

function expectClose(received: readonly number[], expected: readonly number[], digits: number) {
  expect(received.length).toBe(expected.length);
  for (const [index, value] of expected.entries())
    expect(received[index]).toBeCloseTo(value, digits);
}

describe('losses', () => {
  it.each([
    ['cross-entropy', crossEntropy],
    ['label smoothing 0.1', labelSmoothing()],
    ['label smoothing 0.4', labelSmoothing({ epsilon: 0.4 })],
    ['focal 2', focal()],
    ['focal 0.5', focal({ gamma: 0.5 })],
    ['weighted', weightedCrossEntropy({ classWeights: golden.classWeights })],
  ])('%s is what PyTorch computes: mean, by item, and gradient', (name, loss) => {
    const expected = golden.losses[name]!;
    const received = look(loss, golden.logits, golden.targets);
    expect(received.mean).toBeCloseTo(expected.mean, 5);
    expectClose(received.byItem, expected.byItem, 5);
    expectClose(received.gradient, expected.gradient, 6);
  });

  // Computed from the formulas, in double precision, for logits (2, 1, 0.1) and label 0.
  it.each([
    ['label smoothing', labelSmoothing(), 0.5136966829],
    ['focal', focal(), 0.0484923434],
  ])('%s agrees with its formula', (_name, loss, expected) => {
    expect(look(loss, [2, 1, 0.1], [0]).mean).toBeCloseTo(expected, 6);
  });

  it.each([
    ['label smoothing of 0', labelSmoothing({ epsilon: 0 })],
    ['focal with gamma 0', focal({ gamma: 0 })],
    ['equal class weights', weightedCrossEntropy({ classWeights: [3, 3, 3, 3, 3] })],
  ])('%s is cross-entropy', (_name, loss) => {
    const { mean, gradient } = look(loss, golden.logits, golden.targets);
    const plain = look(crossEntropy, golden.logits, golden.targets);
    expect(mean).toBeCloseTo(plain.mean, 5);
    expectClose(gradient, plain.gradient, 6);
  });

  it('focal keeps its gradient finite where the model is quite sure', () => {
    for (const gamma of [0, 0.5, 1, 2]) {
      const { mean, gradient } = look(focal({ gamma }), [60, 0, 0, 60], [0, 1]);
      expect(mean).toBeCloseTo(0, 6);
      for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-3);
    }
  });

  it.each([
    ['label smoothing', labelSmoothing()],
    ['focal', focal()],
    ['weighted', weightedCrossEntropy({ classWeights: [1, 2] })],
  ])('%s is NaN when a logit is', (_name, loss) => {
    expect(look(loss, [NaN, 1, 1, 2], [0, 1]).mean).toBeNaN();
  });

  it.each([
    ['label smoothing', labelSmoothing()],
    ['focal', focal()],
    ['weighted', weightedCrossEntropy({ classWeights: [1, 2] })],
  ])('%s leaves no tensor behind', async (_name, loss) => {
    const logits = tf.variable(tf.tensor2d([[1, 2]]));
    const targets = tf.tensor1d([1], 'int32');
    await assertNoTensorLeak(() => {
      const step = lossAndGradients(
        () => meanLoss(loss, tf.mul(logits, 2), targets),
        [{ name: 'logits', variable: logits }],
      );
      tf.dispose([step.loss, ...step.gradients.values()]);
    });
  });

  it.each([
    ['an epsilon above 1', () => labelSmoothing({ epsilon: 1.5 }), /`epsilon`.*received 1.5/],
    ['a gamma below 0', () => focal({ gamma: -1 }), /`gamma`.*received -1/],
    [
      'a weight that is not a number',
      () => weightedCrossEntropy({ classWeights: [1, NaN] }),
      /`classWeights\[1\]`.*received NaN/,
    ],
    ['a class without items', () => balancedClassWeights([3, 0]), /`counts\[1\]`.*received 0/],
  ])('refuses %s', (_sentence, make, message) => {
    expect(make).toThrow(message);
  });
});

it('balances classes as scikit-learn does', () => {
  expectClose(balancedClassWeights(golden.counts), golden.balancedWeights, 12);
});
