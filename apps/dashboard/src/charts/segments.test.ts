import { expect, it } from 'vitest';
import { segmentsOf } from './segments.js';

it('names the head while the body is frozen, everything after, and marks where a rate was found', () => {
  const segments = segmentsOf([
    { kind: 'LR_FIND', firstStep: 0, frozen: true },
    { kind: 'FIT', firstStep: 0, frozen: true },
    { kind: 'UNFREEZE', firstStep: 30, frozen: false },
    { kind: 'LR_FIND', firstStep: 30, frozen: false },
    { kind: 'FIT', firstStep: 30, frozen: false },
    { kind: 'FREEZE', firstStep: 60, frozen: true },
    { kind: 'FIT', firstStep: 60, frozen: true },
    { kind: 'EVALUATE', firstStep: null, frozen: true },
  ]);
  expect(segments.map(({ name, firstStep, isMark }) => [name, firstStep, isMark])).toEqual([
    ['find rate', 0, true],
    ['head (frozen)', 0, false],
    ['find rate', 30, true],
    ['everything', 30, false],
    ['head (frozen)', 60, false],
  ]);
});

it('leaves out what has not begun', () => {
  expect(segmentsOf([{ kind: 'FIT', firstStep: null, frozen: true }])).toEqual([]);
});
