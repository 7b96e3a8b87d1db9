import { expect, it } from 'vitest';
import { toMeasuredRow } from './measured-row.js';

const DATE = '2026-01-01T00:00:00.000Z';
const peer = (name: string, bar: number) => ({
  name,
  bar,
  stretch: null,
  script: 'x.py',
  args: [],
});
const valued = (...values: number[]) => values.map((value) => ({ value }));

it('is the medians and ratios of the sides, with what they say of themselves', () => {
  const row = {
    id: 'step',
    what: 'a step',
    unit: 'ms',
    peers: [peer('fastai', 2), peer('PyTorch', 1)],
  } as const;
  const sides = [
    { rounds: valued(10, 11, 12) },
    { rounds: valued(33, 22, 24), note: 'num_workers=0' },
    { rounds: valued(11, 11, 11) },
  ];
  expect(toMeasuredRow(row, sides, { date: DATE, notes: ['all photos'] })).toEqual({
    id: 'step',
    what: 'a step',
    ours: 11,
    unit: 'ms',
    against: 'fastai',
    peer: 24,
    ratio: 2.182,
    spread: [2, 3.3],
    bar: 2,
    stretch: null,
    rounds: 3,
    date: DATE,
    notes: ['all photos', 'fastai with num_workers=0'],
    second: {
      against: 'PyTorch',
      peer: 11,
      ratio: 1,
      spread: [0.9167, 1.1],
      bar: 1,
      stretch: null,
    },
  });
});

it('has no second figure where there is one peer', () => {
  const row = { id: 'step', what: 'a step', unit: 'ms', peers: [peer('fastai', 2)] } as const;
  const measured = toMeasuredRow(row, [{ rounds: valued(1) }, { rounds: valued(2) }], {
    date: DATE,
    notes: [],
  });
  expect(measured).not.toHaveProperty('second');
});

it('compares what the sides say beside their values, round by round', () => {
  const row = { id: 'x', what: 'x', unit: 's', peers: [peer('fastai', 2)] } as const;
  const told = (...errors: number[]) => errors.map((error) => ({ value: 1, parts: { error } }));
  const sides = [
    { rounds: told(0.1, 0.3).map(({ value, parts }) => ({ value, parts: { ...parts, mine: 5 } })) },
    { rounds: told(0.2, 0.6) },
  ];
  const { parts } = toMeasuredRow(row, sides, { date: DATE, notes: [] });
  // Standard errors of (0.1, 0.3), (0.2, 0.6) and (-0.1, -0.3): half their distance.
  expect(parts).toEqual([
    {
      name: 'error',
      ours: { mean: 0.2, standardError: 0.1 },
      peer: { mean: 0.4, standardError: 0.2 },
      difference: { mean: -0.2, standardError: 0.1 },
    },
    { name: 'mine', ours: { mean: 5, standardError: 0 }, peer: null, difference: null },
  ]);
});
