import { describe, expect, it } from 'vitest';
import { formatAge, formatAgo, formatDuration, secondsBetween } from './times.js';

it.each([
  [41, '0:41'],
  [59.7, '1:00'],
  [723, '12:03'],
  [3723, '1:02:03'],
  [-1, '0:00'],
])('shows %s seconds as on a clock: %s', (seconds, shown) => {
  expect(formatDuration(seconds)).toBe(shown);
});

describe('secondsBetween', () => {
  const now = Date.parse('2026-01-01T00:01:00Z');
  it('counts to now while there is no end', () => {
    expect(secondsBetween('2026-01-01T00:00:00Z', null, now)).toBe(60);
  });
  it('counts to the end once there is one', () => {
    expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:00:41Z', now)).toBe(41);
  });
});

it.each([
  ['now', 3],
  ['42 s ago', 42],
  ['5 min ago', 300],
  ['3 h ago', 3 * 3600],
  ['yesterday', 86_400],
  ['6 days ago', 6 * 86_400],
])('says "%s" after %s seconds', (words, seconds) => {
  const now = Date.parse('2026-05-05T12:00:00Z');
  expect(formatAgo(new Date(now - seconds * 1000).toISOString(), now)).toBe(words);
});

it.each([
  [83, '80 ms'],
  [2, '10 ms'],
  [1240, '1.2 s'],
  [12_400, '12 s'],
])('shows an age of %s ms as %s', (ms, shown) => {
  expect(formatAge(ms)).toBe(shown);
});
