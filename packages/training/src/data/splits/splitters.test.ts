import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSplitter, type KeyedItem, randomSplitter } from './splitters.js';

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

  it('draws over all items alike when it is not to look at labels', () => {
    const items = Array.from({ length: 50 }, (_, index) => ({
      key: `image ${index}`,
      label: index < 5 ? 'rare' : 'common',
    }));
    const blind = { stratified: false, seed: 3 };
    const names = items.map(({ key }) => key);
    expect(randomSplitter(blind)(items)).toEqual(randomSplitter(blind)(names));
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const rareValid = (stratified: boolean) =>
      seeds.map((seed) => {
        const splits = randomSplitter({ seed, stratified })(items);
        return splits.slice(0, 5).filter((split) => split === 'valid').length;
      });
    expect(new Set(rareValid(true))).toEqual(new Set([1]));
    expect(rareValid(false)).toContain(0);
  });
});

describe('groupSplitter', () => {
  const animalOf = ({ key }: KeyedItem) => key.split(' ')[0]!;
  const photos = (animals: number, each: number) =>
    Array.from({ length: animals * each }, (_, index) => ({
      key: `animal${index % animals} ${index}`,
      label: index % animals < animals / 2 ? 'cat' : 'dog',
    }));

  it('never has a group on both sides', () => {
    const shapes = fc.tuple(fc.integer({ min: 8, max: 30 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(shapes, fc.integer(), fc.boolean(), ([animals, each], seed, stratified) => {
        const items = photos(animals, each);
        const splits = groupSplitter({ valid: 0.3, seed, stratified, group: animalOf })(items);
        const sides = new Map(items.map((item, index) => [animalOf(item), splits[index]]));
        expect(items.map((item) => sides.get(animalOf(item)))).toEqual(splits);
      }),
      { numRuns: 50 },
    );
  });

  it('sends its share of the groups of every class to valid', () => {
    const items = photos(40, 5);
    const splits = groupSplitter({ valid: 0.2, group: animalOf })(items);
    const validOf = (label: string) =>
      items.filter((item, index) => item.label === label && splits[index] === 'valid').length;
    expect([validOf('cat') + validOf('dog'), Math.abs(validOf('cat') - 20) <= 5]).toEqual([
      40,
      true,
    ]);
  });

  it('passes over a group that is too large, for smaller ones that fit', () => {
    const sizes = { huge: 80, a: 5, b: 5, c: 5, d: 5 };
    const items = Object.entries(sizes).flatMap(([name, size]) =>
      Array.from({ length: size }, (_, index) => `${name} ${index}`),
    );
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const splits = groupSplitter({ valid: 0.2, seed, group: animalOf })(items);
      expect(items.filter((_, index) => splits[index] === 'valid')).toEqual(items.slice(80));
    }
  });

  it('refuses groups of which none fits', () => {
    const split = () => groupSplitter({ valid: 0.2, group: animalOf })(photos(2, 10));
    expect(split).toThrow(expect.objectContaining({ code: 'TOO_FEW_ITEMS' }));
  });
});
