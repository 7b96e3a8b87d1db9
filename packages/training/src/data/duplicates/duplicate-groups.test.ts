import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSplitter, randomSplitter } from '../splits/splitters.js';
import { duplicateGroups } from './duplicate-groups.js';
import { type ComparedItem, duplicatesAcrossSplits, findDuplicates } from './duplicates.js';

const MIRRORED = { high: 0x0f0f0f0f, low: 0xf0f0f0f0 };

/** Pictures of many scenes, those of one scene 2 bits apart at most; the same take is the same file. */
const shot = (scene: number, take: number): ComparedItem => ({
  hash: `${scene}-${take}`,
  fingerprint: {
    high: Math.imul(scene, 0x9e3779b1) >>> 0,
    low: (Math.imul(scene, 0x85ebca6b) ^ (1 << take)) >>> 0,
    mirrored: MIRRORED,
  },
});
const toKeys = (items: readonly ComparedItem[]) => items.map(({ hash }) => ({ key: hash }));

describe('duplicateGroups', () => {
  it('names one group for copies and pictures that look alike, and one for each other picture', () => {
    const items = [shot(1, 3), shot(2, 1), shot(1, 2), shot(3, 1), shot(1, 3)];
    const groups = toKeys(items).map(duplicateGroups(items));
    expect(groups).toEqual(['1-2', '2-1', '1-2', '3-1', '1-2']);
  });

  it('takes the options of `findDuplicates`', () => {
    const items = [shot(1, 3), shot(1, 2)];
    const groupsWith = (maxDistance: number) =>
      new Set(toKeys(items).map(duplicateGroups(items, { maxDistance }))).size;
    expect([groupsWith(1), groupsWith(2)]).toEqual([2, 1]);
  });

  const shots = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 3 })), {
    minLength: 30,
    maxLength: 60,
  });

  it('makes splits in which nothing leaks, whatever the order of the items', () => {
    fc.assert(
      fc.property(shots, fc.integer(), (drawn, seed) => {
        const items = drawn.map(([scene, take]) => shot(scene, take));
        // Enough that is alone, so that there is always something for either side.
        for (let scene = 100; scene < 120; scene += 1) items.push(shot(scene, 0));
        const split = (all: readonly ComparedItem[]) =>
          groupSplitter({ valid: 0.3, seed, group: duplicateGroups(all) })(toKeys(all));
        const splits = split(items);
        expect(duplicatesAcrossSplits(findDuplicates(items), splits)).toEqual([]);
        expect(split(items.toReversed()).toReversed()).toEqual(splits);
      }),
    );
  });

  it('prevents what a random split lets happen', () => {
    const items = Array.from({ length: 60 }, (_, index) =>
      shot(index % 20, Math.floor(index / 20)),
    );
    const leaks = duplicatesAcrossSplits(findDuplicates(items), randomSplitter()(toKeys(items)));
    expect(leaks.length).toBeGreaterThan(0);
  });

  it('refuses an item that was not compared, whose duplicates nobody knows', () => {
    const group = duplicateGroups([shot(1, 1)]);
    expect(() => group({ key: 'pets/1.jpg', path: 'pets/1.jpg' })).toThrow(
      /the content hash of an item that was compared.*received pets\/1\.jpg/,
    );
  });
});
