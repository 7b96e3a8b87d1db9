import { describe, expect, it } from 'vitest';
import { cellOf, describeCell, type Matrix, strengthOf, viewOf } from './matrix.js';

const matrix: Matrix = {
  labels: ['bird', 'critter', 'plant'],
  counts: [
    [13, 4, 1],
    [0, 9, 0],
    [2, 0, 7],
  ],
};

describe('viewOf', () => {
  it('shows every class of a small matrix, and knows its worst cell', () => {
    expect(viewOf(matrix)).toEqual({ shown: [0, 1, 2], isCut: false, worst: 4 });
  });

  it('shows the classes with the most mistakes of a large one, in their order', () => {
    const size = 60;
    const counts = Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (__, column) => {
        if (row === column) return 10;
        return row === 50 && column === 3 ? 7 : 0;
      }),
    );
    const labels = counts.map((_, place) => `class ${place}`);
    const { shown, isCut, worst } = viewOf({ labels, counts });
    expect(isCut).toBe(true);
    expect(worst).toBe(7);
    expect(shown).toHaveLength(30);
    expect(shown).toContain(3);
    expect(shown).toContain(50);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  });
});

describe('describeCell', () => {
  it('tells a mistake with its share of the class', () => {
    expect(describeCell(cellOf(matrix, 0, 1))).toBe('bird taken for critter: 4 of 18 (22 %)');
  });

  it('tells what was recognised', () => {
    expect(describeCell(cellOf(matrix, 1, 1))).toBe('critter recognised: 9 of 9 (100 %)');
  });
});

describe('strengthOf', () => {
  it('has no colour for no mistake and nearly full colour for the worst', () => {
    expect(strengthOf(0, 10)).toBe(0);
    expect(strengthOf(10, 10)).toBeCloseTo(0.9);
  });

  it('does not paint single mistakes like the worst that can be', () => {
    // 0.12 + 0.78 * sqrt(1 / 4)
    expect(strengthOf(1, 1)).toBeCloseTo(0.51);
  });
});
