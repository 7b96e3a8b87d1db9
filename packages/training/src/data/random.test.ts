import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fillUniforms,
  fnv1a32,
  fnv1a64,
  itemNumber,
  permutation,
  philox,
  uniform,
  uniforms,
} from './random.js';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0'));
const at = { seed: 42, purpose: 'test' };

describe('philox', () => {
  // Known-answer vectors of the Random123 library, philox4x32 with 10 rounds.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])('answers %j under %j as Random123 does', (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox(Uint32Array.from(counter), Uint32Array.from(key), out);
    expect(hex(out).join(' ')).toBe(expected);
  });
});

describe('the layout of key and counter', () => {
  /** 53 bits of two words, as numpy and Python make a double of them. */
  const toDouble = (first: number, second: number) =>
    ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53;

  it('is (seed, purpose) and (block, item low, item high, epoch)', () => {
    const item = 7 * 2 ** 32 + 9;
    const next = uniforms({ seed: 42, purpose: 'a', epoch: 3, item });
    const key = Uint32Array.of(42, 0xe40c292c);
    const out = new Uint32Array(4);
    for (const block of [0, 1]) {
      philox(Uint32Array.of(block, 9, 7, 3), key, out);
      expect([next(), next()]).toEqual([toDouble(out[0]!, out[1]!), toDouble(out[2]!, out[3]!)]);
    }
  });

  it('takes epoch 0 and item 0 where none is said', () => {
    expect(uniform(at)).toBe(uniform({ ...at, epoch: 0, item: 0 }));
  });

  it.each([
    ['seed', { ...at, seed: 43 }],
    ['purpose', { ...at, purpose: 'other' }],
    ['epoch', { ...at, epoch: 1 }],
    ['item', { ...at, item: 1 }],
    ['upper half of the item', { ...at, item: 2 ** 32 }],
  ])('gives other numbers for another %s', (_what, other) => {
    expect(uniform(other)).not.toBe(uniform(at));
  });
});

describe('uniforms', () => {
  it('gives the same numbers at a place whatever was drawn elsewhere, in any order', () => {
    const draw = (item: number) => {
      const next = uniforms({ ...at, item });
      return [next(), next(), next()];
    };
    const forwards = [0, 1, 2, 3].map(draw);
    const backwards = [3, 2, 1, 0].map(draw).reverse();
    expect(backwards).toEqual(forwards);
  });

  it('lies in [0, 1) for every place', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string(),
        fc.nat({ max: 2 ** 31 - 1 }),
        (seed, purpose, item) => {
          const value = uniform({ seed, purpose, item });
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        },
      ),
    );
  });

  it('fills 16 equal bins evenly, by items and along one stream', () => {
    const count = 32_000;
    const next = uniforms(at);
    const byItem = Array.from({ length: count }, (_, item) => uniform({ ...at, item }));
    const alongStream = Array.from({ length: count }, next);
    // 37.7 is exceeded by chance once in 1,000 (chi square, 15 degrees of freedom).
    for (const values of [byItem, alongStream]) expect(chiSquare(values, 16)).toBeLessThan(37.7);
  });
});

describe('fillUniforms', () => {
  it('gives the same numbers for a longer array, and never 1', () => {
    const short = new Float32Array(10);
    const long = new Float32Array(50_001);
    fillUniforms(short, at);
    fillUniforms(long, at);
    expect([...long.subarray(0, 10)]).toEqual([...short]);
    expect(long.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(chiSquare([...long], 16)).toBeLessThan(37.7);
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.integer(), (count, seed) => {
        const order = permutation(count, { seed, purpose: 'order' });
        expect([...order].sort((left, right) => left - right)).toEqual([...Array(count).keys()]);
      }),
    );
  });

  it('differs by epoch and keeps the relative order of items when some are added', () => {
    const first = permutation(100, { ...at, epoch: 0 });
    const second = permutation(100, { ...at, epoch: 1 });
    expect([...second]).not.toEqual([...first]);
    const longer = permutation(150, { ...at, epoch: 0 });
    expect([...longer].filter((item) => item < 100)).toEqual([...first]);
  });
});

describe('hashes', () => {
  // Test vectors of the FNV reference implementation.
  it.each([
    ['', 0x811c9dc5, 0xcbf29ce4, 0x84222325],
    ['a', 0xe40c292c, 0xaf63dc4c, 0x8601ec8c],
    ['foobar', 0xbf9cf968, 0x85944171, 0xf73967e8],
  ])('are FNV-1a for %j', (...row) => {
    const [text, hash32, high, low] = row;
    expect(fnv1a32(text)).toBe(hash32);
    expect(fnv1a64(text)).toEqual({ high, low });
  });

  it('number an item within the integers that a double holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Number.isSafeInteger(itemNumber(text))).toBe(true);
        expect(itemNumber(text)).toBe(itemNumber(text));
      }),
    );
  });
});

function chiSquare(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor(value * bins)]! += 1;
  const expected = values.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
