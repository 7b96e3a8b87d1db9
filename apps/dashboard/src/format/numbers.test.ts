import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatLoss,
  formatPace,
  formatRate,
  formatShare,
  plural,
  toNumber,
} from './numbers.js';

describe('toNumber', () => {
  it.each([
    [1.5, 1.5],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
  ] as const)('reads %s as the number that was meant', (sent, meant) => {
    expect(toNumber(sent)).toBe(meant);
  });
});

it.each([
  ['a loss with three digits', formatLoss(0.4321), '0.432'],
  ['a large loss with fewer', formatLoss(123.4), '123'],
  ['a tiny loss by its power of ten', formatLoss(0.00012), '1.2e-4'],
  ['a loss that is not a number in words', formatLoss(NaN), 'not a number'],
  ['a loss that ran away in words', formatLoss(Infinity), 'infinite'],
  ['a rate with two digits', formatRate(0.0021), '2.1e-3'],
  ['a round rate without a needless zero', formatRate(0.002), '2e-3'],
  ['a larger rate as a plain number', formatRate(0.012), '0.012'],
  ['a share in percent', formatShare(0.083), '8.3 %'],
  ['nothing without digits', formatShare(0), '0 %'],
  ['everything without digits', formatShare(1), '100 %'],
  ['a count with thousands apart', formatCount(12345), '12\u202f345'],
  ['one of a kind', plural(1, 'class', 'classes'), '1 class'],
  ['several of a kind', plural(3, 'class', 'classes'), '3 classes'],
  ['a small file in bytes', formatBytes(999), '999 B'],
  ['a larger file in its unit', formatBytes(18_798_176), '19 MB'],
  ['a slow pace with a digit', formatPace(2.94), '2.9 images/s'],
  ['a fast pace without', formatPace(29.4), '29 images/s'],
])('shows %s', (_what, shown, expected) => {
  expect(shown).toBe(expected);
});
