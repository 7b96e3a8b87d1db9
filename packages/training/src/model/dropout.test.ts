import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { dropout } from './dropout.js';

beforeAll(async () => {
  await useNativeEngine();
});

const training = { training: true, seed: 3, step: 5 };
const ones = () => tf.ones<tf.Rank.R2>([100, 200]);
const drop = (name: string, rate: number, context = training): number[] => [
  ...dropout(name, rate).forward(ones(), context).dataSync(),
];

describe('dropout', () => {
  it('zeroes its share and scales the rest up', () => {
    const values = drop('a', 0.25);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const dropped = values.filter((value) => value === 0).length / values.length;
    // Five standard errors of a share of 20,000.
    expect(Math.abs(dropped - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / values.length));
  });

  it('drops the same for the same seed, step and layer', () => {
    expect(drop('a', 0.5)).toEqual(drop('a', 0.5));
  });

  it.each([
    ['step', drop.bind(null, 'a', 0.5, { ...training, step: 6 })],
    ['seed', drop.bind(null, 'a', 0.5, { ...training, seed: 4 })],
    ['layer', drop.bind(null, 'b', 0.5)],
  ])('drops something else for another %s', (_what, other) => {
    expect(other()).not.toEqual(drop('a', 0.5));
  });

  it('drops nothing in evaluation', () => {
    expect(new Set(drop('a', 0.5, { ...training, training: false }))).toEqual(new Set([1]));
  });
});
