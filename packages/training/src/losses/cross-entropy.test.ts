import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { crossEntropy } from './cross-entropy.js';
import { meanLoss } from './loss.js';

beforeAll(async () => {
  await useNativeEngine();
});

// Chapter 5 of the fast.ai book prints these logits and losses, rounded: hence 2e-4.
const logits = () =>
  tf.tensor2d([
    [0.6734, 0.2576],
    [0.4689, 0.4607],
    [-2.2457, -0.3727],
    [4.4164, -1.276],
    [0.9233, 0.5347],
    [1.0698, 1.6187],
  ]);
const targets = () => tf.tensor1d([0, 1, 0, 1, 1, 0], 'int32');

describe('crossEntropy', () => {
  it('is the mean that the book prints', () => {
    const [loss] = meanLoss(crossEntropy, logits(), targets()).dataSync();
    expect(Math.abs(loss! - 1.8045)).toBeLessThan(2e-4);
  });

  it('is -log of the softmax at the label', () => {
    const [loss] = meanLoss(
      crossEntropy,
      tf.tensor2d([[2, 1, 0.1]]),
      tf.tensor1d([0], 'int32'),
    ).dataSync();
    expect(loss).toBeCloseTo(0.41703003, 6);
  });

  it('stays finite where the exponential would not', () => {
    const [loss] = meanLoss(
      crossEntropy,
      tf.tensor2d([[1000, 0]]),
      tf.tensor1d([1], 'int32'),
    ).dataSync();
    expect(loss).toBe(1000);
  });

  it('is NaN when a logit is', () => {
    const [loss] = meanLoss(
      crossEntropy,
      tf.tensor2d([[NaN, 0]]),
      tf.tensor1d([1], 'int32'),
    ).dataSync();
    expect(loss).toBeNaN();
  });
});

describe('crossEntropy by item', () => {
  it('gives the losses that the book prints', () => {
    const losses = crossEntropy.byItem(logits(), targets()).dataSync();
    for (const [index, value] of [0.5067, 0.6973, 2.016, 5.6958, 0.9062, 1.0048].entries()) {
      expect(Math.abs(losses[index]! - value)).toBeLessThan(2e-4);
    }
  });
});
