import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparedItem, duplicatesAcrossSplits, findDuplicates } from './duplicates.js';
import { bitDistance, type Bits } from './fingerprint.js';
import { uniforms } from '../random.js';

const NONE: Bits = { high: 0x0f0f0f0f, low: 0xf0f0f0f0 };
const item = (hash: string, bits: Bits, mirrored = NONE): ComparedItem => ({
  hash,
  fingerprint: { ...bits, mirrored },
});
/** Bits set at these places, from 0 to 63. */
const bitsAt = (...places: readonly number[]): Bits => {
  const half = (from: number) =>
    places
      .filter((place) => place >= from && place < from + 32)
      .reduce((sum, place) => sum + 2 ** (place - from), 0);
  return { high: half(32), low: half(0) };
};

it('counts the bits in which fingerprints differ', () => {
  const places = fc.uniqueArray(fc.integer({ min: 0, max: 63 }));
  fc.assert(
    fc.property(places, places, (left, right) => {
      const differing = new Set(
        [...left, ...right].filter((at) => left.includes(at) !== right.includes(at)),
      );
      expect(bitDistance(bitsAt(...left), bitsAt(...right))).toBe(differing.size);
    }),
  );
});

describe('findDuplicates', () => {
  it('tells files with the same bytes from pictures that look alike', () => {
    const groups = findDuplicates([
      item('a', bitsAt(1, 2, 3, 40, 41)),
      item('b', bitsAt(60, 61, 62, 63, 10, 11)),
      item('a', bitsAt(1, 2, 3, 40, 41)),
      item('c', bitsAt(1, 2, 3, 40, 42)),
      item('d', bitsAt(20, 21, 22, 23, 50, 51)),
      item('b', bitsAt(60, 61, 62, 63, 10, 11)),
    ]);
    expect(groups).toEqual([
      { kind: 'exact', items: [0, 2] },
      { kind: 'exact', items: [1, 5] },
      { kind: 'near', items: [0, 2, 3] },
    ]);
  });

  it.each([
    [4, true],
    [3, false],
  ])('with a distance of at most %i groups what differs in 4 bits: %s', (maxDistance, found) => {
    const items = [item('a', bitsAt(1, 20, 40, 63)), item('b', bitsAt())];
    expect(findDuplicates(items, { maxDistance }).length === 1).toBe(found);
  });

  it('takes a mirror image for the picture only when asked', () => {
    const picture = bitsAt(1, 2, 3, 33, 34, 35);
    const mirror = bitsAt(10, 11, 12, 50, 51, 52);
    const items = [item('a', picture, mirror), item('b', mirror, picture)];
    expect(findDuplicates(items)).toEqual([]);
    expect(findDuplicates(items, { mirrored: true })).toEqual([{ kind: 'near', items: [0, 1] }]);
  });

  it('finds what comparing everything with everything finds', () => {
    const few = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 7 });
    fc.assert(
      fc.property(
        fc.array(few, { maxLength: 25 }),
        fc.integer({ min: 0, max: 6 }),
        (all, maxDistance) => {
          const items = all.map((places, index) => item(String(index), bitsAt(...places)));
          const group = items.map((_, index) => index);
          for (const [right, { fingerprint }] of items.entries()) {
            for (let left = 0; left < right; left += 1) {
              if (bitDistance(fingerprint, items[left]!.fingerprint) > maxDistance) continue;
              const [from, to] = [group[right]!, group[left]!];
              for (const [index, own] of group.entries()) if (own === from) group[index] = to;
            }
          }
          const expected = [...new Set(group)]
            .map((own) => [...group.keys()].filter((index) => group[index] === own))
            .filter((members) => members.length > 1)
            .sort((left, right) => left[0]! - right[0]!);
          const found = findDuplicates(items, { maxDistance });
          expect(found.map(({ items: members }) => members)).toEqual(expected);
        },
      ),
    );
  });

  it('looks through ten thousand pictures, a tenth of them alike', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => {
      const random = uniforms({
        seed: 1,
        purpose: 'test',
        item: index < 9000 ? index : index - 9000,
      });
      const low = Math.floor(random() * 2 ** 32) ^ (index < 9000 ? 0 : 0b11);
      return item(String(index), { high: Math.floor(random() * 2 ** 32), low: low >>> 0 });
    });
    const groups = findDuplicates(items);
    expect(groups).toHaveLength(1000);
    expect(groups[0]).toEqual({ kind: 'near', items: [0, 9000] });
  });

  it('looks through ten thousand pictures of nothing', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => item(String(index), bitsAt()));
    const [group, ...others] = findDuplicates(items, { mirrored: true });
    expect([group?.items.length, others]).toEqual([10_000, []]);
  });

  it.each([-1, 13, 1.5])('refuses a distance of %d', (maxDistance) => {
    const refused = expect.objectContaining({ code: 'INVALID_OPTION' }) as Error;
    expect(() => findDuplicates([], { maxDistance })).toThrow(refused);
  });
});

describe('duplicatesAcrossSplits', () => {
  it('lists the groups with items on both sides', () => {
    const groups = [
      { kind: 'exact', items: [0, 3] },
      { kind: 'near', items: [1, 2, 4] },
      { kind: 'near', items: [0, 1] },
    ] as const;
    expect(duplicatesAcrossSplits(groups, ['train', 'train', 'valid', 'valid', 'valid'])).toEqual([
      { kind: 'exact', train: [0], valid: [3] },
      { kind: 'near', train: [1], valid: [2, 4] },
    ]);
  });
});
