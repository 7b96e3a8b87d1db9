import { describe, expect, it } from 'vitest';
import type { RunFact } from '../runs/run-event.js';
import { BEGINNING, Replay } from './replay.js';

/** Batches of one epoch of six from step `first` on, as one event. */
function batches(first: number, losses: readonly number[], time = 1): RunFact {
  const steps = losses.map((_, index) => first + index);
  const each = <T>(value: T) => steps.map(() => value);
  return {
    type: 'batches',
    phase: 0,
    steps,
    epochs: each(0),
    times: each(time),
    losses,
    smoothedLosses: losses,
    learningRates: each(1e-3),
    momentums: each(0.9),
    groupLearningRates: [each(1e-3)],
  };
}

const saved = (file: string, sha256: string): RunFact => ({
  type: 'file-saved',
  kind: 'predictions',
  phase: 0,
  epoch: 0,
  file,
  sha256,
  bytes: 1,
});
const start = { phase: 0, epoch: 0, step: 4, within: true };
const checkpoint: RunFact = {
  type: 'checkpoint',
  ...start,
  endsFit: false,
  file: 'one',
  sha256: '',
  bytes: 1,
};
const ended = (seconds: number): RunFact => ({
  type: 'phase-end',
  phase: 0,
  outcome: 'completed',
  seconds,
});

describe('what an attempt reports again', () => {
  it('is known while it equals the log, times aside, however batches were gathered there', () => {
    const replay = new Replay(BEGINNING, [batches(0, [3, NaN, 1]), saved('a1', 'x'), ended(9)]);
    expect(replay.take(batches(0, [3], 7))).toEqual([]);
    expect(replay.take(batches(1, [NaN], 7))).toEqual([]);
    expect(replay.isOver).toBe(false);
    expect(replay.take(batches(2, [1], 7))).toEqual([]);
    expect(replay.take(saved('a2', 'x'))).toEqual([]);
    expect(replay.take(ended(1))).toEqual([]);
    expect(replay.isOver).toBe(true);
    expect(replay.take(batches(3, [0.5]))).toEqual([batches(3, [0.5])]);
  });

  it('is written again from its start on, behind a rewind, once it differs', () => {
    const replay = new Replay(start, [batches(4, [3, 2]), saved('a1', 'x'), ended(9)]);
    expect(replay.take(batches(4, [3], 7))).toEqual([]);
    expect(replay.take(batches(5, [2], 7))).toEqual([]);
    expect(replay.take(saved('a2', 'x'))).toEqual([]);
    const other: RunFact = { ...ended(9), phase: 1 } as RunFact;
    expect(replay.take(other)).toEqual([
      { type: 'rewound', toPhase: 0, toEpoch: 0, toStep: 4, within: true },
      batches(4, [3], 7),
      batches(5, [2], 7),
      saved('a1', 'x'),
      other,
    ]);
    expect(replay.isOver).toBe(true);
  });

  it('is compared with what counts: not with what a later attempt took back', () => {
    const back: RunFact = { type: 'rewound', toPhase: 0, toEpoch: 0, toStep: 4, within: true };
    const logged = [batches(0, [9, 8, 7, 6]), checkpoint, batches(4, [5]), back, batches(4, [1])];
    const replay = new Replay(BEGINNING, logged);
    for (const [step, loss] of [9, 8, 7, 6, 1].entries())
      expect(replay.take(batches(step, [loss]))).toEqual([]);
    expect(replay.isOver).toBe(true);
  });

  it('forgets everything that was taken back to the beginning', () => {
    const back: RunFact = { type: 'rewound', toPhase: 0, toEpoch: 0, toStep: 0 };
    const replay = new Replay(BEGINNING, [batches(0, [9]), back, batches(0, [1])]);
    expect(replay.take(batches(0, [1]))).toEqual([]);
    expect(replay.isOver).toBe(true);
  });
});
