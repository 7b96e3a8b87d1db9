import type { RunEvent } from './run-event.js';
import type { Pace, RunState } from './run-state.type.js';

export const unknownPace: Pace = {
  frozenBatchMs: null,
  wholeBatchMs: null,
  validationMs: null,
  samples: 0,
  lastBatch: null,
};

/** Weight of the newest batch in the running mean. */
const NEWEST = 0.1;

/** The pace after one more event; `state` is that after the event. */
export function pacedBy({ pace, phases }: RunState, { fact, at }: RunEvent): Pace {
  switch (fact.type) {
    case 'batches':
    case 'lr-finder-points': {
      const whole = phases[fact.phase]?.whole ?? false;
      return fact.times.reduce((known, time, index) => {
        const epoch = fact.type === 'batches' ? fact.epochs[index]! : -1;
        return afterBatch(known, { phase: fact.phase, epoch, time }, whole);
      }, pace);
    }
    case 'epoch-end': {
      const { lastBatch } = pace;
      if (lastBatch === null) return pace;
      return { ...pace, validationMs: Math.max(0, at - lastBatch.time), lastBatch: null };
    }
    case 'attempt-started':
      return { ...unknownPace };
    case 'status':
    case 'rewound':
    case 'command-applied':
    case 'file-saved':
    case 'checkpoint':
    case 'adjusted':
    case 'phase-start':
    case 'lr-finder-end':
    case 'phase-end':
      return pace;
  }
}

function afterBatch(pace: Pace, batch: NonNullable<Pace['lastBatch']>, whole: boolean): Pace {
  const { lastBatch } = pace;
  // Between epochs lies validation, which is not the pace of a batch.
  const follows = lastBatch?.phase === batch.phase && lastBatch.epoch === batch.epoch;
  if (!follows) return { ...pace, lastBatch: batch };
  const ms = batch.time - lastBatch.time;
  const key = whole ? 'wholeBatchMs' : 'frozenBatchMs';
  const known = pace[key];
  return {
    ...pace,
    [key]: known === null ? ms : known + NEWEST * (ms - known),
    samples: pace.samples + 1,
    lastBatch: batch,
  };
}
