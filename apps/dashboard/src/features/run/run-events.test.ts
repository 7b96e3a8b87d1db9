import { describe, expect, it } from 'vitest';
import { latestEvents, type RunEvent, sentenceOf } from './run-events.js';

const at = '2026-01-01T00:00:00Z';
const trained = (seq: number, step: number): RunEvent => ({
  __typename: 'BatchesTrained',
  seq,
  attempt: 1,
  at,
  phase: 0,
  steps: [step],
});
const ended = (seq: number): RunEvent => ({
  __typename: 'EpochEnded',
  seq,
  attempt: 1,
  at,
  epoch: 0,
  validLoss: 0.5,
});

describe('latestEvents', () => {
  const fold = (...events: readonly RunEvent[]) =>
    events.reduce<readonly RunEvent[]>(latestEvents, []).map(({ seq }) => seq);

  it('has the newest first', () => {
    expect(fold(ended(0), ended(1))).toEqual([1, 0]);
  });

  it('tells batches in a row by the newest of them', () => {
    expect(fold(trained(0, 0), trained(1, 1), ended(2), trained(3, 2))).toEqual([3, 2, 1]);
  });

  it('keeps the latest hundred', () => {
    expect(fold(...Array.from({ length: 150 }, (_, seq) => ended(seq)))).toHaveLength(100);
  });
});

it('tells an event in a sentence', () => {
  expect(sentenceOf(ended(0))).toBe('Epoch 1 ended: valid loss 0.500');
});
