import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { explainLoss } from './explain-loss.js';

/** From PyTorch in double precision, by `bench/reference/interpretation.py`; null is an infinity. */
interface Golden {
  readonly logits: readonly number[];
  readonly actual: number;
  readonly exponentials: readonly (number | null)[];
  readonly probabilities: readonly number[];
  readonly loss: number;
}

const golden = JSON.parse(
  readFileSync(new URL('explain-loss.golden.json', import.meta.url), 'utf8'),
) as readonly Golden[];
const logit = fc.float({ min: -60, max: 60, noNaN: true });
const rows = fc.array(logit, { minLength: 2, maxLength: 12 });

beforeAll(async () => {
  await useNativeEngine();
});

/** How far apart two numbers are, relative to the larger where that is above 1. */
const distance = (left: number, right: number) =>
  Math.abs(left - right) / Math.max(1, Math.abs(left), Math.abs(right));

describe('explainLoss', () => {
  it.each(golden)("takes PyTorch's steps from $logits to the loss of class $actual", (expected) => {
    const { exponentials, probabilities, actualProbability, loss, logits, actual } = explainLoss(
      expected.logits,
      expected.actual,
    );
    expect([logits, actual]).toEqual([expected.logits, expected.actual]);
    for (const [index, value] of expected.exponentials.entries()) {
      if (value === null) expect(exponentials[index]).toBe(Infinity);
      else expect(distance(exponentials[index]!, value)).toBeLessThan(1e-12);
    }
    for (const [index, value] of expected.probabilities.entries()) {
      expect(probabilities[index]).toBeCloseTo(value, 12);
    }
    expect(actualProbability).toBe(probabilities[actual]);
    expect(distance(loss, expected.loss)).toBeLessThan(1e-12);
  });

  it("ends at the loss of the engine's cross-entropy", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (logits, draw) => {
        const actual = draw % logits.length;
        const [theirs] = tf.tidy(() =>
          crossEntropy.byItem(tf.tensor2d([logits]), tf.tensor1d([actual], 'int32')).dataSync(),
        );
        expect(distance(explainLoss(logits, actual).loss, theirs!)).toBeLessThan(1e-6);
      }),
    );
  });

  it('has probabilities that add up to 1, and the loss is -ln of the label’s', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (logits, draw) => {
        const { probabilities, actualProbability, loss } = explainLoss(
          logits,
          draw % logits.length,
        );
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
        expect(distance(loss, -Math.log(actualProbability))).toBeLessThan(1e-9);
      }),
    );
  });

  it('passes NaN on', () => {
    expect(explainLoss([NaN, 1], 1).loss).toBeNaN();
  });

  it.each([-1, 2, 0.5, NaN])('refuses a class index of %s for two classes', (actual) => {
    expect(() => explainLoss([1, 2], actual)).toThrow(InvalidOptionError);
  });
});
