import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classificationReport, formatClassificationReport } from './classification-report.js';
import { confusionCells, confusionMatrix, type Normalisation } from './confusion-matrix.js';
import { predictionsOfCounts } from './predictions.conformance.js';

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly 'f1-score': number;
  readonly support: number;
}

/** From scikit-learn, by `bench/reference/interpretation.py`. */
interface Golden {
  readonly vocab: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly matrices: Readonly<Record<Normalisation, readonly (readonly number[])[]>>;
  readonly report: Readonly<Record<string, Scores>> & { readonly accuracy: number };
  readonly text: string;
  readonly textOfFourDigits: string;
}

const golden = JSON.parse(
  readFileSync(new URL('class-report.golden.json', import.meta.url), 'utf8'),
) as Golden;
const predictions = predictionsOfCounts(golden.counts, golden.vocab);
const ways = ['none', 'row', 'column', 'all'] as const;

describe('confusionMatrix', () => {
  it.each(ways)('agrees with scikit-learn when normalised by %s', (normalise) => {
    const matrix = confusionMatrix(predictions, { normalise });
    for (const [row, shares] of golden.matrices[normalise].entries()) {
      for (const [column, share] of shares.entries()) {
        expect(matrix[row]![column]).toBeCloseTo(share, 14);
      }
    }
  });

  it('is made of zeros where a row or column has no items, and where nothing has', () => {
    const none = predictionsOfCounts([
      [0, 0],
      [0, 0],
    ]);
    for (const normalise of ways) {
      expect(confusionMatrix(predictions, { normalise })[4]).toEqual([0, 0, 0, 0, 0]);
      expect(confusionMatrix(none, { normalise })).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }
  });

  it('has rows, columns or cells that add up to 1, or to 0 without items', () => {
    const counts = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const isWhole = (total: number) => total === 0 || Math.abs(total - 1) < 1e-12;
    fc.assert(
      fc.property(counts, (rows) => {
        const made = predictionsOfCounts(rows);
        const byRow = confusionMatrix(made, { normalise: 'row' });
        const byColumn = confusionMatrix(made, { normalise: 'column' });
        expect(byRow.map(sum).every(isWhole)).toBe(true);
        const columns = [0, 1, 2].map((index) => sum(byColumn.map((row) => row[index]!)));
        expect(columns.every(isWhole)).toBe(true);
        expect(isWhole(sum(confusionMatrix(made, { normalise: 'all' }).flat()))).toBe(true);
        expect(sum(confusionCells(made).counts)).toBe(sum(rows.flat()));
      }),
    );
  });
});

describe('classificationReport', () => {
  const report = classificationReport(predictions);

  it.each(golden.vocab)("has scikit-learn's scores of %s", (label) => {
    const expected = golden.report[label]!;
    const received = report.classes.find((one) => one.label === label)!;
    expect(received.precision).toBeCloseTo(expected.precision, 14);
    expect(received.recall).toBeCloseTo(expected.recall, 14);
    expect(received.f1).toBeCloseTo(expected['f1-score'], 14);
    expect(received.support).toBe(expected.support);
  });

  it.each([
    ['macro avg', report.macroAverage],
    ['weighted avg', report.weightedAverage],
  ])("has scikit-learn's %s", (name, received) => {
    const expected = golden.report[name]!;
    expect(received.precision).toBeCloseTo(expected.precision, 14);
    expect(received.recall).toBeCloseTo(expected.recall, 14);
    expect(received.f1).toBeCloseTo(expected['f1-score'], 14);
    expect(report.support).toBe(expected.support);
  });

  it("has scikit-learn's accuracy", () => {
    expect(report.accuracy).toBeCloseTo(golden.report.accuracy, 14);
  });

  it('is all zeros without items', () => {
    const { accuracy, macroAverage, weightedAverage } = classificationReport(
      predictionsOfCounts([
        [0, 0],
        [0, 0],
      ]),
    );
    const zeros = { precision: 0, recall: 0, f1: 0 };
    expect([accuracy, macroAverage, weightedAverage]).toEqual([0, zeros, zeros]);
  });

  it("is written as scikit-learn's text", () => {
    expect(formatClassificationReport(report)).toBe(golden.text);
    expect(formatClassificationReport(report, { digits: 4 })).toBe(golden.textOfFourDigits);
  });
});
