import { describe, expect, it } from 'vitest';
import { compare, median } from './figures.js';

describe('median', () => {
  it.each([
    ['is the value in the middle', [3, 1, 2], 2],
    ['lies between the two in the middle', [4, 1, 3, 2], 2.5],
    ['is the only value', [7], 7],
  ])('%s', (_sentence, values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('compare', () => {
  it.each(['ms', 's', 'MB'] as const)(
    'divides the peer by ours where less is better: %s',
    (unit) => {
      expect(compare(unit, [10, 20, 40], [30, 50, 80])).toEqual({ ratio: 2.5, spread: [2, 3] });
    },
  );

  it('divides ours by the peer where more is better', () => {
    expect(compare('images/s', [30, 50, 80], [10, 20, 40])).toEqual({ ratio: 2.5, spread: [2, 3] });
  });

  it('takes the ratio of the medians, which need not be of one round', () => {
    // Medians 2 and 4, although every round but one is 1.
    expect(compare('s', [1, 2, 4], [1, 8, 4])).toEqual({ ratio: 2, spread: [1, 4] });
  });

  it('keeps four digits', () => {
    expect(compare('s', [3], [1])).toEqual({ ratio: 0.3333, spread: [0.3333, 0.3333] });
  });

  it.each([
    ['no rounds', [], []],
    ['rounds of one side alone', [1, 2], [1]],
  ])('refuses %s', (_sentence, ours, peer) => {
    expect(() => compare('s', ours, peer)).toThrow('Expected as many rounds on both sides');
  });
});
