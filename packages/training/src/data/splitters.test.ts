import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSplitter } from './splitters.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `image ${index}`);
const validOf = (items: readonly string[], options = {}) => {
  const splits = randomSplitter(options)(items);
  return items.filter((_, index) => splits[index] === 'valid');
};

describe('randomSplitter', () => {
  it.each([
    // The chapter's own figures: 7,390 pets, 1,478 of them valid.
    [7390, 0.2, 1478],
    [10, 0.25, 2],
    [2, 0.5, 1],
  ])('sends floor(share * count) of %i items at %d to valid: %i', (count, valid, expected) => {
    expect(validOf(names(count), { valid })).toHaveLength(expected);
  });

  it('splits the same items the same way in any order', () => {
    const items = names(100);
    const reversed = items.toReversed();
    expect(validOf(reversed).sort()).toEqual(validOf(items).sort());
  });

  it('splits differently with another seed', () => {
    expect(validOf(names(100), { seed: 1 })).not.toEqual(validOf(names(100), { seed: 2 }));
  });

  it('moves few items when one is added', () => {
    const before = new Set(validOf(names(100)));
    const after = validOf(names(101)).filter((name) => !before.has(name));
    expect(after.length).toBeLessThanOrEqual(1);
  });

  it('gives every class its share of both sides, to one item', () => {
    const sizes = { common: 200, rare: 15, tiny: 5, single: 1 };
    const items = Object.entries(sizes).flatMap(([label, size]) =>
      names(size).map((name) => ({ key: `${label} ${name}`, label })),
    );
    for (const seed of [1, 2, 3, 42]) {
      const splits = randomSplitter({ seed })(items);
      const validOfClass = (label: string) =>
        items.filter((item, index) => item.label === label && splits[index] === 'valid').length;
      expect(splits.filter((split) => split === 'valid')).toHaveLength(Math.floor(0.2 * 221));
      expect(Math.abs(validOfClass('common') - 40)).toBeLessThanOrEqual(1);
      expect(Math.abs(validOfClass('rare') - 3)).toBeLessThanOrEqual(1);
      expect(Math.abs(validOfClass('tiny') - 1)).toBeLessThanOrEqual(1);
      expect(validOfClass('single')).toBe(0);
    }
  });

  it('never has copies of one image on both sides', () => {
    const keys = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.integer(), (copies, seed) => {
        const items = [...copies.map(String), ...names(20)].map((key) => ({ key }));
        const splits = randomSplitter({ valid: 0.3, seed })(items);
        const sides = new Map<string, Set<string>>();
        for (const [index, { key }] of items.entries())
          sides.set(key, (sides.get(key) ?? new Set()).add(splits[index]!));
        for (const side of sides.values()) expect(side.size).toBe(1);
        const validCount = splits.filter((split) => split === 'valid').length;
        expect(validCount).toBeLessThanOrEqual(Math.floor(0.3 * items.length));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['there are too few', names(4), 0.2],
    ['there is none', [], 0.5],
    ['all are copies of one', Array.from({ length: 10 }, () => 'same'), 0.5],
  ])('refuses items when %s', (_sentence, items, valid) => {
    const split = () => randomSplitter({ valid })(items);
    expect(split).toThrow(expect.objectContaining({ code: 'TOO_FEW_ITEMS' }));
  });

  it.each([0, 1, -0.2, NaN])('refuses a share of %d', (valid) => {
    const make = () => randomSplitter({ valid });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
