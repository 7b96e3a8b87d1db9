import { describe, expect, it } from 'vitest';
import { batches, epochEnd, phaseStart, points, settings } from '../testing/facts.js';
import { progressOf } from './progress.js';
import type { RunFact, RunStatus } from './run-event.js';
import { bestEpochOf, initialState, nextState } from './run-state.js';
import type { RunState } from './run-state.type.js';

function stateAfter(facts: readonly RunFact[], times: readonly number[] = []): RunState {
  return facts.reduce(
    (state, fact, seq) =>
      nextState(state, { runId: 'run_1', seq, attempt: 1, at: times[seq] ?? seq, fact }),
    initialState(settings),
  );
}

const status = (to: RunStatus, reason: string | null = null): RunFact => ({
  type: 'status',
  status: to,
  reason,
  error: null,
});
const attempt = (number: number): RunFact => ({
  type: 'attempt-started',
  number,
  fromStep: 0,
  environment: {
    engine: 'formula',
    tensorflow: '0',
    device: 'paper',
    node: 'v20',
    platform: 'test',
    cpus: 1,
    whetstone: '0',
  },
});
const finderEnd: RunFact = {
  type: 'lr-finder-end',
  phase: 0,
  stoppedBecause: 'diverged',
  suggestions: [{ method: 'valley', learningRate: 1e-3, index: 2, note: 'in the valley' }],
};

describe('the state of a run', () => {
  it('begins with the phases of its settings, pending', () => {
    const { phases, status: begun } = initialState(settings);
    expect(begun).toBe('queued');
    expect(phases.map(({ kind, status: how, title }) => [kind, how, title])).toEqual([
      ['lr-find', 'pending', 'Find a learning rate'],
      ['fit', 'pending', 'Train 1 epoch at 0.001'],
      ['unfreeze', 'pending', 'Unfreeze everything'],
      ['fit', 'pending', 'Train 2 epochs at 0.001'],
    ]);
  });

  it('follows statuses, with the first start and the last end', () => {
    const state = stateAfter(
      [
        status('queued'),
        status('running'),
        attempt(1),
        status('interrupted', 'why'),
        status('queued'),
        attempt(2),
        status('succeeded'),
      ],
      [10, 20, 30, 40, 50, 60, 70],
    );
    expect(state).toMatchObject({
      status: 'succeeded',
      statusReason: null,
      startedAt: 30,
      endedAt: 70,
      attempts: [
        { number: 1, startedAt: 30, fromStep: 0 },
        { number: 2, startedAt: 60, fromStep: 0 },
      ],
      lastSeq: 6,
    });
  });

  it('gathers the points of a finder and its suggestions', () => {
    const kind = 'lr-find' as const;
    const { phases } = stateAfter([phaseStart(0, { kind }), points(0, 1), points(2, 2), finderEnd]);
    expect(phases[0]?.lrFinder).toMatchObject({
      indexes: [0, 1, 2],
      losses: [1, 1 / 2, 1 / 3],
      stoppedBecause: 'diverged',
      suggestions: [{ method: 'valley' }],
    });
  });

  it('stops the phase under way when the run is interrupted', () => {
    const { phases } = stateAfter([phaseStart(1), batches(0, [1]), status('interrupted')]);
    expect(phases[1]?.status).toBe('stopped');
    expect(phases[3]?.status).toBe('pending');
  });

  it('takes the phase up again with the next attempt', () => {
    const { phases } = stateAfter([
      phaseStart(1),
      batches(0, [1]),
      status('interrupted'),
      attempt(2),
    ]);
    expect(phases[1]).toMatchObject({ status: 'running', endedAt: null });
  });

  it('forgets everything beyond a rewind', () => {
    const facts = [
      phaseStart(0, { kind: 'lr-find' }),
      points(0, 3),
      finderEnd,
      phaseStart(1),
      batches(0, [1, 2, 3, 4, 5, 6]),
      epochEnd(0, 5),
      { type: 'rewound', toStep: 0, toEpoch: 0, toPhase: 0 },
    ] as const;
    const { phases, epochs, steps } = stateAfter(facts);
    expect([steps, epochs]).toEqual([0, []]);
    expect(phases.every((phase) => phase.status === 'pending' && phase.lrFinder === null)).toBe(
      true,
    );
  });

  it('goes back to a checkpoint: to its phase, its epochs and the weights that were the best', () => {
    const saved = (epoch: number): RunFact => ({
      type: 'file-saved',
      kind: 'best-weights',
      phase: null,
      epoch,
      file: `w${epoch}`,
      sha256: '00',
      bytes: 1,
    });
    const place = { phase: 3, epoch: 1, step: 6, within: true } as const;
    const file = { file: 'c', sha256: '00', bytes: 1 };
    const { phases, epochs, files, steps, checkpoints } = stateAfter([
      phaseStart(1),
      batches(0, [1, 2, 3, 4, 5, 6]),
      saved(0),
      epochEnd(0, 5),
      { type: 'phase-end', phase: 1, outcome: 'completed', seconds: 1 },
      phaseStart(3, { epochs: 2 }),
      { type: 'checkpoint', ...place, endsFit: false, ...file },
      batches(6, [1, 2, 3, 4, 5, 6], 1),
      saved(1),
      epochEnd(1, 11),
      { type: 'phase-end', phase: 3, outcome: 'stopped', seconds: 1 },
      { type: 'rewound', toPhase: 3, toEpoch: 1, toStep: 6, within: true },
    ]);
    expect(phases.map((phase) => phase.status)).toEqual([
      'pending',
      'completed',
      'pending',
      'running',
    ]);
    expect([steps, epochs.map(({ epoch }) => epoch)]).toEqual([6, [0]]);
    expect(files.map((one) => one.file)).toEqual(['w0']);
    expect(checkpoints.map((one) => one.file)).toEqual(['c']);
  });

  it('expects as many epochs as a fit was adjusted to', () => {
    const adjusted = { type: 'adjusted', phase: 3, step: 8, learningRateFactor: 2 } as const;
    const { phases } = stateAfter([
      phaseStart(3, { epochs: 2 }),
      { ...adjusted, epochs: 5 },
      { ...adjusted, epochs: null },
    ]);
    expect(phases[3]?.epochCount).toBe(5);
  });

  it('keeps the newest best weights and the newest predictions of each epoch', () => {
    const saved = (kind: 'predictions' | 'best-weights', epoch: number, file: string): RunFact => ({
      type: 'file-saved',
      kind,
      phase: 1,
      epoch,
      file,
      sha256: '00',
      bytes: 1,
    });
    const { files } = stateAfter([
      saved('predictions', 0, 'p0'),
      saved('best-weights', 0, 'w0'),
      saved('predictions', 1, 'p1'),
      saved('best-weights', 1, 'w1'),
      saved('predictions', 1, 'p1 again'),
    ]);
    expect(files.map(({ file }) => file)).toEqual(['p0', 'w1', 'p1 again']);
  });

  it.each([
    ['the lowest error rate', [0.5, 0.2, 0.4], 1],
    ['among equals the lowest valid loss, which is the later one here', [0.2, 0.2, 0.2], 2],
    ['a number before none', [Number.NaN, 0.9], 1],
  ])('calls best the epoch with %s', (_sentence, errorRates, best) => {
    const state = stateAfter(errorRates.map((rate, epoch) => epochEnd(epoch, epoch, rate)));
    expect(bestEpochOf(state)?.epoch).toBe(best);
  });
});

describe('the progress of a run', () => {
  const begun = [status('running'), phaseStart(0, { kind: 'lr-find', epochs: 0, batches: 4 })];

  it('plans from the settings before anything has begun', () => {
    expect(progressOf(initialState(settings), settings)).toEqual({
      phase: null,
      phaseKind: null,
      phaseCount: 4,
      step: 0,
      totalSteps: 18,
      epoch: 0,
      totalEpochs: 3,
      fraction: 0,
      imagesPerSecond: null,
      secondsLeft: null,
      eta: null,
      validItems: 20,
    });
  });

  it('tells no time before a few batches were measured', () => {
    expect(progressOf(stateAfter([...begun, points(0, 2)]), settings).secondsLeft).toBeNull();
  });

  it('counts finder, training and validation', () => {
    // Batches took 100 ms; unfrozen ones are taken for 2.5 times as long, judging the
    // 2 valid batches for 0.8 times as long. Left: 6 frozen batches, 12 unfrozen, 3 validations.
    const facts = [
      ...begun,
      points(0, 3),
      points(4, 4),
      finderEnd,
      { type: 'phase-end', phase: 0, outcome: 'completed', seconds: 1 } as const,
    ];
    const { secondsLeft, fraction } = progressOf(stateAfter(facts), settings);
    expect(secondsLeft).toBeCloseTo(0.1 * (6 + 12 * 2.5 + 3 * 2 * 0.8), 9);
    expect(fraction).toBeCloseTo(5 / (5 + 6 + 12 * 2.5 + 3 * 2 * 0.8), 9);
  });

  it('uses what an unfrozen batch and a validation took, once measured', () => {
    const facts = [
      { type: 'phase-end', phase: 0, outcome: 'completed', seconds: 1 } as const,
      status('running'),
      phaseStart(1),
      batches(0, [1, 1, 1, 1, 1, 1]),
      epochEnd(0, 5),
      phaseStart(3, { epochs: 2, firstStep: 6, firstEpoch: 1, trainableGroups: 2 }),
      batches(6, [1, 1, 1], 1),
    ];
    // The epoch ended 300 ms after its last batch, which ended at 1,000,500.
    const times = [0, 0, 0, 1_000_500, 1_000_800, 1_000_800, 1_000_800];
    const progress = progressOf(stateAfter(facts, times), settings);
    expect(progress.secondsLeft).toBeCloseTo(9 * 0.1 + 2 * 0.3, 9);
    expect(progress.eta).toBe(1_000_800 + 1500);
    expect(progress.imagesPerSecond).toBeCloseTo(100, 9);
    expect([progress.step, progress.epoch, progress.phase]).toEqual([9, 1, 3]);
  });

  it('is 1 for a run that has succeeded, and never goes back on the way', () => {
    const facts = [
      ...begun,
      points(0, 3),
      phaseStart(1),
      batches(0, [1, 1, 1, 1, 1, 1]),
      epochEnd(0, 5),
      phaseStart(3, { epochs: 2, firstStep: 6, firstEpoch: 1, trainableGroups: 2 }),
      batches(6, [1, 1, 1, 1, 1, 1], 1),
      epochEnd(1, 11),
      status('succeeded'),
    ];
    const fractions = facts.map(
      (_fact, index) => progressOf(stateAfter(facts.slice(0, index + 1)), settings).fraction,
    );
    expect(fractions).toEqual(fractions.toSorted((left, right) => left - right));
    expect(fractions.at(-1)).toBe(1);
  });
});
