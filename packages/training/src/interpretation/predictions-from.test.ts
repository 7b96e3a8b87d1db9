import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictionsFrom } from './predictions-from.js';

function judge(rows: readonly (readonly number[])[], actuals: readonly number[]) {
  return predictionsFrom({
    vocab: rows[0]!.map((_, index) => `class ${index}`),
    items: actuals.map((_, index) => 10 + index),
    actuals,
    logits: Float32Array.from(rows.flat()),
  });
}

describe('predictionsFrom', () => {
  it("agrees with the chapter's own example", () => {
    const predictions = judge(
      [
        [0.6734, 0.2576],
        [0.4689, 0.4607],
        [-2.2457, -0.3727],
        [4.4164, -1.276],
        [0.9233, 0.5347],
        [1.0698, 1.6187],
      ],
      [0, 1, 0, 1, 1, 0],
    );
    // The book prints its logits rounded, so its losses agree to 2e-4.
    const losses = [0.5067, 0.6973, 2.016, 5.6958, 0.9062, 1.0048];
    for (const [row, loss] of losses.entries())
      expect(Math.abs(predictions.losses[row]! - loss)).toBeLessThan(2e-4);
    expect(predictions.predicted).toEqual([0, 0, 1, 0, 0, 1]);
    const first = [0.6025, 0.5021, 0.1332, 0.9966, 0.5959, 0.3661];
    for (const [row, probability] of first.entries()) {
      const { actuals, actualProbabilities } = predictions;
      const ofClass0 =
        actuals[row] === 0 ? actualProbabilities[row]! : 1 - actualProbabilities[row]!;
      expect(Math.abs(ofClass0 - probability)).toBeLessThan(2e-4);
    }
  });

  it('computes cross-entropy as -ln of the label’s probability', () => {
    const { losses, actualProbabilities, predictedProbabilities } = judge([[2, 1, 0.1]], [0]);
    expect(losses[0]).toBeCloseTo(0.4170300163, 7);
    expect(actualProbabilities[0]).toBeCloseTo(Math.exp(-0.4170300163), 7);
    expect(predictedProbabilities).toEqual(actualProbabilities);
  });

  it('keeps items and labels as columns', () => {
    expect(
      judge(
        [
          [0, 1],
          [1, 0],
        ],
        [1, 1],
      ),
    ).toMatchObject({
      vocab: ['class 0', 'class 1'],
      items: [10, 11],
      actuals: [1, 1],
      predicted: [1, 0],
    });
  });

  it('stays exact for logits that exp() cannot take', () => {
    const { losses, predictedProbabilities } = judge([[1000, 0, -1000]], [1]);
    expect(losses).toEqual([1000]);
    expect(predictedProbabilities).toEqual([1]);
  });

  it('takes the first of equal classes', () => {
    const { predicted, predictedProbabilities } = judge([[1, 1, 1]], [2]);
    expect(predicted).toEqual([0]);
    expect(predictedProbabilities[0]).toBeCloseTo(1 / 3, 12);
  });

  it('passes NaN on to the loss', () => {
    expect(judge([[NaN, 1]], [1]).losses).toEqual([NaN]);
  });

  it.each([
    ['is 0 where the model is right', [1, 5, 3], 1, 0],
    ['counts the classes before the label', [1, 5, 3], 0, 2],
    ['puts equal classes in their order', [4, 4, 4, 9], 1, 2],
    ['is 0 for the first of equal classes, which is predicted', [4, 4], 0, 0],
    ['takes NaN for greater than everything', [1, 9, NaN], 0, 2],
    ['is the last for a label that is NaN itself', [1, 9, NaN], 2, 2],
  ] as const)('gives a rank that %s', (...row) => {
    const [, logits, actual, rank] = row;
    expect(judge([logits], [actual]).ranks).toEqual([rank]);
  });

  it('ranks the label first exactly where it is predicted', () => {
    const logit = fc.oneof(fc.float({ min: -2, max: 2 }), fc.constantFrom(0, 1, NaN));
    const row = fc.array(logit, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, fc.nat({ max: 3 }), (logits, actual) => {
        const { ranks, predicted } = judge([logits], [actual]);
        expect(ranks![0] === 0).toBe(predicted[0] === actual);
      }),
    );
  });

  it('never gives the label a greater probability than the predicted class', () => {
    const logit = fc.float({ min: -50, max: 50, noNaN: true });
    const row = fc.array(logit, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, fc.nat({ max: 3 }), (logits, actual) => {
        const { losses, actualProbabilities, predictedProbabilities } = judge([logits], [actual]);
        expect(losses[0]).toBeGreaterThanOrEqual(0);
        expect(actualProbabilities[0]).toBeLessThanOrEqual(predictedProbabilities[0]! + 1e-12);
        expect(predictedProbabilities[0]).toBeGreaterThanOrEqual(0.25 - 1e-12);
      }),
    );
  });

  it('refuses columns of unequal length', () => {
    expect(() => judge([[1, 2]], [0, 1])).toThrow(RangeError);
  });
});
