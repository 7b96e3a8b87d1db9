import { expect, it } from 'vitest';
import { progressLine } from './progress-line.js';

const now = Date.parse('2026-01-01T00:02:00Z');
const progress = {
  phase: 1,
  phaseKind: 'FIT',
  phaseCount: 3,
  step: 12,
  totalSteps: 54,
  epoch: 1,
  totalEpochs: 3,
  fraction: 0.3,
  imagesPerSecond: 29.3,
  secondsLeft: 18,
  validItems: 107,
} as const;
const run = { startedAt: '2026-01-01T00:01:00Z', endedAt: null, progress } as const;

it.each([
  [
    'what it does, the time to go and the pace',
    'RUNNING',
    {},
    'epoch 2 of 3 · 0:18 left · 29 images/s',
  ],
  [
    'that the time to go is not known yet',
    'RUNNING',
    { phaseKind: 'LR_FIND', secondsLeft: null, imagesPerSecond: null },
    'finding a learning rate · time to go: not known yet',
  ],
  [
    'that it gets ready',
    'RUNNING',
    { phaseKind: null, secondsLeft: null, imagesPerSecond: null },
    'getting ready · time to go: not known yet',
  ],
  ['that it waits', 'QUEUED', {}, 'waiting for its turn'],
  ['what it came to', 'STOPPED', {}, '1 of 3 epochs · took 1:00'],
] as const)('says %s', (...[, status, change, line]) => {
  const said = progressLine({ ...run, status, progress: { ...progress, ...change } }, now);
  expect(said.join(' · ')).toBe(line);
});
