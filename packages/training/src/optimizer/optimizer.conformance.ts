import { expect } from 'vitest';
import { tf } from '../engine/tf.js';
import type { Parameter, ParameterRole } from '../model/module.js';
import type { Optimizer } from './optimizer.js';

/** A step of fastai's, as `bench/reference` writes them. */
export interface GoldenStep {
  readonly rate: number;
  readonly momentum: number;
  readonly weight: readonly number[];
  readonly bias: readonly number[];
}

/** A parameter with these values. */
export const parameterOf = (
  values: number[],
  role: ParameterRole = 'weight',
  name: string = role,
): Parameter => ({
  name,
  variable: tf.variable(tf.tensor1d(values)),
  role,
  group: 0,
});

/** Demands that an optimizer takes a weight and a bias, whose rate is three times as high, where fastai's does. */
export function expectSteps(
  optimizer: Optimizer,
  golden: readonly GoldenStep[],
  { weightDecay }: { readonly weightDecay: number },
): void {
  const weight = parameterOf(Array.from({ length: 6 }, (_, index) => Math.sin(index)));
  const bias = parameterOf(
    Array.from({ length: 4 }, (_, index) => Math.cos(index)),
    'bias',
  );
  const received = ({ variable }: Parameter) => variable.dataSync();
  for (const [index, { rate, momentum, ...expected }] of golden.entries()) {
    const gradient = ({ variable }: Parameter) =>
      tf.tidy(() => tf.sin(tf.add(tf.mul(variable, 3), index)));
    optimizer.update(
      [
        { parameter: weight, gradient: gradient(weight), learningRate: rate },
        { parameter: bias, gradient: gradient(bias), learningRate: rate * 3 },
      ],
      { momentum, weightDecay },
    );
    for (const [at, value] of expected.weight.entries())
      expect(received(weight)[at]).toBeCloseTo(value, 5);
    for (const [at, value] of expected.bias.entries())
      expect(received(bias)[at]).toBeCloseTo(value, 5);
  }
}
