import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Parameter } from '../model/module.js';
import { expectSteps, type GoldenStep, parameterOf } from './optimizer.conformance.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** fastai's SGD over six steps with changing rates and momentums: `bench/reference/train-steps.py`. */
const golden = JSON.parse(
  readFileSync(new URL('sgd.golden.json', import.meta.url), 'utf8'),
) as GoldenStep[];

beforeAll(async () => {
  await useNativeEngine();
});

/** One step on a single parameter with this gradient and a rate of 0.1. */
function step(
  optimizer: Optimizer,
  [parameter, gradient]: [Parameter, number],
  { momentum = 0.9, weightDecay = 0 } = {},
): number {
  const update = { parameter, gradient: tf.tensor1d([gradient]), learningRate: 0.1 };
  optimizer.update([update], { momentum, weightDecay });
  update.gradient.dispose();
  return parameter.variable.dataSync()[0]!;
}

describe('sgd', () => {
  it("follows fastai's SGD, with rates by parameter, decay and moving momentum", () => {
    expectSteps(sgd(), golden, { weightDecay: 0.1 });
  });

  it('goes on in the old direction, whose length adds up', () => {
    const [optimizer, parameter] = [sgd(), parameterOf([0])];
    expect(step(optimizer, [parameter, 1])).toBeCloseTo(-0.1, 6);
    // The direction is 0.9 * 1 + 1, then 0.9 * 1.9.
    expect(step(optimizer, [parameter, 1])).toBeCloseTo(-0.29, 6);
    expect(step(optimizer, [parameter, 0])).toBeCloseTo(-0.461, 6);
  });

  it('is plain descent without momentum', () => {
    const [optimizer, parameter] = [sgd(), parameterOf([0])];
    const moves = [1, 1, 0].map((gradient) =>
      step(optimizer, [parameter, gradient], { momentum: 0 }),
    );
    for (const [index, value] of [-0.1, -0.2, -0.2].entries())
      expect(moves[index]).toBeCloseTo(value, 6);
  });

  it.each([
    ['weight', 0.95],
    ['bias', 1],
    ['norm', 1],
  ] as const)('decays a %s to %d of itself when the gradient is zero', (role, expected) => {
    const decayed = step(sgd(), [parameterOf([1], role), 0], { weightDecay: 0.5 });
    expect(decayed).toBeCloseTo(expected, 6);
  });

  it('returns to a snapshot, and starts anew after being cleared', () => {
    const optimizer = sgd();
    const first = step(optimizer, [parameterOf([1]), 0.1]);
    const snapshot = optimizer.snapshot();
    const next = step(optimizer, [parameterOf([1]), 0.1]);
    optimizer.restore(snapshot);
    expect(step(optimizer, [parameterOf([1]), 0.1])).toBe(next);
    optimizer.clear();
    expect(step(optimizer, [parameterOf([1]), 0.1])).toBe(first);
    snapshot.dispose();
  });

  it('keeps one tensor a parameter, and none once disposed of', () => {
    const parameter = parameterOf([1]);
    const before = countTensors();
    const optimizer = sgd();
    for (let count = 0; count < 3; count += 1) {
      step(optimizer, [parameter, 0.1]);
      expect(countTensors()).toBe(before + 1);
    }
    optimizer.dispose();
    expect(countTensors()).toBe(before);
  });
});
