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

it('is the medians and ratios of the sides, with what they say of themselves', () => {
  const row = {
    id: 'step',
    what: 'a step',
    unit: 'ms',
    peers: [peer('fastai', 2), peer('PyTorch', 1)],
  } as const;
  const sides = [
    { values: [10, 11, 12] },
    { values: [33, 22, 24], note: 'num_workers=0' },
    { values: [11, 11, 11] },
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
  const measured = toMeasuredRow(row, [{ values: [1] }, { values: [2] }], {
    date: DATE,
    notes: [],
  });
  expect(measured).not.toHaveProperty('second');
});
