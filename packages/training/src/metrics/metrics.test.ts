import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Predictions } from '../interpretation/predictions.js';
import { predictionsFrom } from '../interpretation/predictions-from.js';
import { accuracy } from './accuracy.js';
import { cohenKappa, matthews } from './agreement.js';
import { balancedAccuracy } from './balanced-accuracy.js';
import { type ClassAverage, f1, precision, recall } from './precision-recall.js';
import { topKAccuracy } from './top-k-accuracy.js';

type Matrix = readonly (readonly number[])[];

interface Golden {
  readonly judged: Readonly<
    Record<
      string,
      {
        readonly matrix: Matrix;
        readonly byAverage: Readonly<
          Record<ClassAverage, { precision: number; recall: number; f1: number }>
        >;
        readonly balancedAccuracy: number;
        readonly cohenKappa: number;
        readonly weightedKappa: Readonly<Record<'linear' | 'quadratic', number>>;
        readonly matthews: number;
      }
    >
  >;
  readonly topK: {
    readonly items: number;
    readonly classes: number;
    readonly phase: number;
    readonly actual: readonly number[];
    readonly accuracy: Readonly<Record<string, number>>;
  };
}

/** Computed by scikit-learn: `bench/reference/metrics.py`. */
const golden = JSON.parse(
  readFileSync(new URL('metrics.golden.json', import.meta.url), 'utf8'),
) as Golden;

/** Predictions that have this confusion matrix. */
function predictionsOf(matrix: Matrix): Predictions {
  const pairs = matrix.flatMap((row, actual) =>
    row.flatMap((count, predicted) => Array.from({ length: count }, () => ({ actual, predicted }))),
  );
  return {
    vocab: matrix.map((_, index) => `class ${index}`),
    items: pairs.map((_, index) => index),
    actuals: pairs.map(({ actual }) => actual),
    predicted: pairs.map(({ predicted }) => predicted),
    losses: pairs.map(() => 1),
    actualProbabilities: pairs.map(() => 0.5),
    predictedProbabilities: pairs.map(() => 0.5),
  };
}

describe.each(Object.entries(golden.judged))('on %s', (_name, expected) => {
  const predictions = predictionsOf(expected.matrix);

  it.each(['macro', 'micro', 'weighted'] as const)(
    'precision, recall and F1 are scikit-learn’s, averaged as %s',
    (average) => {
      const values = expected.byAverage[average];
      expect(precision({ average }).compute(predictions)).toBeCloseTo(values.precision, 12);
      expect(recall({ average }).compute(predictions)).toBeCloseTo(values.recall, 12);
      expect(f1({ average }).compute(predictions)).toBeCloseTo(values.f1, 12);
    },
  );

  it.each([
    ['balanced accuracy', balancedAccuracy, expected.balancedAccuracy],
    ['Cohen’s kappa', cohenKappa(), expected.cohenKappa],
    ['kappa by distance', cohenKappa({ weights: 'linear' }), expected.weightedKappa.linear],
    [
      'kappa by squared distance',
      cohenKappa({ weights: 'quadratic' }),
      expected.weightedKappa.quadratic,
    ],
    ['Matthews’ correlation', matthews, expected.matthews],
  ])('%s is scikit-learn’s', (_metric, metric, value) => {
    expect(metric.compute(predictions)).toBeCloseTo(value, 12);
  });
});

const kappas = [
  cohenKappa(),
  cohenKappa({ weights: 'linear' }),
  cohenKappa({ weights: 'quadratic' }),
];

describe('with nothing to divide by', () => {
  it.each([
    ['one class, always right', [[5]]],
    [
      'one class predicted for all',
      [
        [3, 0],
        [2, 0],
      ],
    ],
  ])('kappa and Matthews’ correlation are 0: %s', (_sentence, matrix) => {
    const predictions = predictionsOf(matrix);
    const metrics = [...kappas, matthews];
    expect(metrics.map((metric) => metric.compute(predictions))).toEqual(metrics.map(() => 0));
  });

  it('every metric by class is 0 without a single item', () => {
    const metrics = [precision(), recall(), f1(), balancedAccuracy, ...kappas, matthews];
    expect(
      metrics.map((metric) =>
        metric.compute(
          predictionsOf([
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    ).toEqual(metrics.map(() => 0));
  });
});

describe('topKAccuracy', () => {
  const { items, classes, phase, actual } = golden.topK;
  const logits = Float32Array.from({ length: items * classes }, (_, index) =>
    Math.sin(0.37 * index * index + phase),
  );
  const predictions = predictionsFrom({
    vocab: Array.from({ length: classes }, (_, index) => `class ${index}`),
    items: actual.map((_, index) => index),
    actuals: actual,
    logits,
  });

  it.each(Object.entries(golden.topK.accuracy))('is scikit-learn’s for k = %s', (k, value) => {
    expect(topKAccuracy(Number(k)).compute(predictions)).toBeCloseTo(value, 12);
  });

  it('is accuracy for 1, and 1 for as many as there are classes', () => {
    expect(topKAccuracy(1).compute(predictions)).toBe(accuracy.compute(predictions));
    expect(topKAccuracy(classes).compute(predictions)).toBe(1);
  });

  it('refuses more than there are classes', () => {
    expect(() => topKAccuracy(8).compute(predictions)).toThrow(
      /`k` to be at most the number of classes \(7\), received 8/,
    );
  });

  it('refuses a `k` of zero', () => {
    expect(() => topKAccuracy(0)).toThrow(/`k` to be an integer of 1 or more, received 0/);
  });

  it('says what is missing in predictions without ranks', () => {
    expect(() => topKAccuracy(1).compute(predictionsOf([[1]]))).toThrow(/with `ranks`/);
  });
});

it('refuses weights that kappa does not have', () => {
  const weights = 'cubic' as 'linear';
  expect(() => cohenKappa({ weights })).toThrow(
    /`weights` to be 'linear', 'quadratic' or left out/,
  );
});

it('names each average, so that several can stand side by side', () => {
  const named = (['macro', 'micro', 'weighted'] as const).map((average) => f1({ average }).name);
  expect(named).toEqual(['macroF1', 'microF1', 'weightedF1']);
  expect(kappas.map(({ name }) => name)).toEqual([
    'cohenKappa',
    'linearCohenKappa',
    'quadraticCohenKappa',
  ]);
  expect([precision().name, recall().name, topKAccuracy().name]).toEqual([
    'macroPrecision',
    'macroRecall',
    'top5Accuracy',
  ]);
});
