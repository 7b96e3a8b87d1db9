import type { Data, LrFinderPoints } from '@whetstone/schema';
import { badInput } from '../errors.js';
import type { RunEvent } from '../runs/run-event.js';
import type { RunFeed } from '../runs/run-feed.js';
import type { RunFolds } from '../runs/run-folds.js';
import type { LrFinderState } from '../runs/run-state.type.js';
import type { RunRecord } from '../runs/run-store.js';

type Message = Data<LrFinderPoints>;

/**
 * Points of one learning-rate finder with an index above `after`: first those that are stored, then
 * live. The last message carries the suggestions; a run that ends before its finder sends none.
 */
export async function* lrFinderPoints(
  run: RunRecord,
  { phase, after }: { phase: number; after: number },
  { feed, folds }: { feed: RunFeed; folds: RunFolds },
): AsyncGenerator<Message, void, undefined> {
  const state = await folds.state(run);
  const stored = state.phases[phase]?.lrFinder ?? null;
  const known = stored?.indexes.at(-1) ?? -1;
  let last = Math.min(after, known);
  const first = storedMessage(phase, stored, { after, known });
  if (first !== undefined) yield first;
  if (stored !== null && stored.stoppedBecause !== null) return;

  for await (const events of feed.follow(run.id, state.lastSeq)) {
    for (const event of events) {
      const message = liveMessage(phase, event, last);
      if (message === undefined) continue;
      last = message.indexes.at(-1) ?? (message.rewoundTo === null ? last : -1);
      yield message;
      if (message.stoppedBecause !== null) return;
    }
  }
}

/** The finder that a client means: the phase it says, or the first finder of the run. */
export function finderPhase(run: RunRecord, phase: number | null): number | undefined {
  const { phases } = run.settings;
  const finders = [...phases.keys()].filter((index) => phases[index]?.kind === 'lr-find');
  if (phase === null) return finders[0];
  if (finders.includes(phase)) return phase;
  throw badInput('phase', {
    expected: `a phase that finds a learning rate (${finders.join(', ') || 'this run has none'})`,
    received: phase,
  });
}

function storedMessage(
  phase: number,
  finder: LrFinderState | null,
  { after, known }: { after: number; known: number },
): Message | undefined {
  const rewound = after > known;
  if (finder === null) return rewound ? { ...nothing, phase, rewoundTo: 0 } : undefined;
  const ended = finder.stoppedBecause !== null;
  const from = finder.indexes.findIndex((index) => index > after);
  if (from === -1 && !ended && !rewound) return undefined;
  const cut = (column: readonly number[]) => (from === -1 ? [] : column.slice(from));
  return {
    phase,
    indexes: cut(finder.indexes),
    learningRates: cut(finder.learningRates),
    losses: cut(finder.losses),
    smoothedLosses: cut(finder.smoothedLosses),
    suggestions: finder.suggestions,
    stoppedBecause: finder.stoppedBecause,
    rewoundTo: rewound ? known + 1 : null,
  };
}

function liveMessage(phase: number, { fact }: RunEvent, last: number): Message | undefined {
  if (fact.type === 'rewound' && fact.toPhase <= phase && last >= 0) {
    return { ...nothing, phase, rewoundTo: 0 };
  }
  if (fact.type === 'lr-finder-points' && fact.phase === phase) {
    const { indexes, learningRates, losses, smoothedLosses } = fact;
    return { ...nothing, phase, indexes, learningRates, losses, smoothedLosses };
  }
  if (fact.type === 'lr-finder-end' && fact.phase === phase) {
    const { suggestions, stoppedBecause } = fact;
    return { ...nothing, phase, suggestions, stoppedBecause };
  }
  return undefined;
}

const nothing: Omit<Message, 'phase'> = {
  indexes: [],
  learningRates: [],
  losses: [],
  smoothedLosses: [],
  suggestions: [],
  stoppedBecause: null,
  rewoundTo: null,
};
