import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Parameter } from '../model/module.js';
import { adam } from './adam.js';
import { expectSteps, type GoldenStep, parameterOf } from './optimizer.conformance.js';
import type { Optimizer } from './optimizer.js';

/** fastai's Adam over six steps with changing rates and momentums: `bench/reference/head-and-adam.py`. */
const golden = JSON.parse(
  readFileSync(new URL('adam.golden.json', import.meta.url), 'utf8'),
) as GoldenStep[];

beforeAll(async () => {
  await useNativeEngine();
});

interface Step {
  readonly rate?: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
}

/** One step on a single parameter with this gradient. */
function step(
  optimizer: Optimizer,
  [parameter, gradient]: [Parameter, number],
  { rate = 1e-3, momentum = 0.95, weightDecay = 0.01 }: Step = {},
): number {
  const update = { parameter, gradient: tf.tensor1d([gradient]), learningRate: rate };
  optimizer.update([update], { momentum, weightDecay });
  update.gradient.dispose();
  return parameter.variable.dataSync()[0]!;
}

describe('adam', () => {
  it('takes the two steps of the reference', () => {
    const optimizer = adam();
    const parameter = parameterOf([1]);
    expect(step(optimizer, [parameter, 0.1])).toBeCloseTo(0.99899009999, 6);
    expect(step(optimizer, [parameter, 0.2])).toBeCloseTo(0.99802481786, 6);
  });

  it("follows fastai's Adam, with rates by parameter and moving momentum", () => {
    expectSteps(adam(), golden, { weightDecay: 0.01 });
  });

  it.each([
    ['weight', 1 - 0.1 * 0.5],
    ['bias', 1],
    ['norm', 1],
  ] as const)('decays a %s to %d of itself when the gradient is zero', (role, expected) => {
    const decayed = step(adam(), [parameterOf([1], role), 0], { rate: 0.1, weightDecay: 0.5 });
    expect(decayed).toBeCloseTo(expected, 6);
  });

  it('counts steps for each parameter by itself', () => {
    const optimizer = adam();
    const early = parameterOf([1], 'weight', 'early');
    const late = parameterOf([1], 'weight', 'late');
    const first = step(optimizer, [early, 0.1]);
    step(optimizer, [early, 0.1]);
    expect(step(optimizer, [late, 0.1])).toBe(first);
  });

  it('never touches a parameter that is not in the update', () => {
    const optimizer = adam();
    const other = parameterOf([5], 'weight', 'other');
    step(optimizer, [other, 0.1]);
    const before = other.variable.dataSync()[0];
    step(optimizer, [parameterOf([1], 'weight', 'one'), 0.1]);
    expect(other.variable.dataSync()[0]).toBe(before);
  });

  it('starts anew after being cleared', () => {
    const optimizer = adam();
    const first = step(optimizer, [parameterOf([1]), 0.1]);
    optimizer.clear();
    expect(step(optimizer, [parameterOf([1]), 0.1])).toBe(first);
  });

  it('returns to a snapshot, and can do so again', () => {
    const optimizer = adam();
    step(optimizer, [parameterOf([1]), 0.1]);
    const snapshot = optimizer.snapshot();
    const next = [1, 2, 3].map(() => {
      optimizer.restore(snapshot);
      return step(optimizer, [parameterOf([1]), -0.3]);
    });
    expect(new Set(next).size).toBe(1);
    snapshot.dispose();
    expect(step(optimizer, [parameterOf([1]), -0.3])).not.toBe(next[0]);
  });

  it('keeps as much however many steps it takes, and nothing once disposed of', () => {
    const parameter = parameterOf([1]);
    const before = countTensors();
    const optimizer = adam();
    for (let count = 0; count < 5; count += 1) {
      step(optimizer, [parameter, 0.1]);
      // The two means, and the handle by which the value is changed.
      expect(countTensors()).toBe(before + 3);
    }
    const snapshot = optimizer.snapshot();
    optimizer.restore(snapshot);
    snapshot.dispose();
    optimizer.dispose();
    expect(countTensors()).toBe(before);
  });
});
