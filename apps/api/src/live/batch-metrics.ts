import type { BatchMetrics, Data } from '@whetstone/schema';
import type { BatchColumns } from '../runs/batch-columns.js';
import type { RunFact } from '../runs/run-event.js';
import type { RunFeed } from '../runs/run-feed.js';
import type { RunFolds } from '../runs/run-folds.js';

type Message = Data<BatchMetrics>;

/** Batches in one message of what is stored. */
const MOST_BATCHES = 1000;

/**
 * Batches of a run with a step above `afterStep`: first those that are stored, then live. A cursor
 * beyond what is stored belongs to an attempt that no longer counts, and its reader is told to rewind.
 */
export async function* batchMetrics(
  runId: string,
  afterStep: number,
  { feed, folds }: { feed: RunFeed; folds: RunFolds },
): AsyncGenerator<Message, void, undefined> {
  const columns = await folds.columns(runId);
  const after = columns.lastSeq;
  const stored = columns.steps.at(-1) ?? -1;
  // Copied at once: the columns grow, and are cut by a rewind, while a slow reader takes its time.
  yield* storedMessages(columns, afterStep, stored);

  let last = Math.min(afterStep, stored);
  for await (const events of feed.follow(runId, after)) {
    for (const message of liveMessages(events.map(({ fact }) => fact))) {
      const fresh = message.rewoundTo === null ? messageAfter(message, last) : message;
      if (fresh.rewoundTo !== null) last = fresh.rewoundTo - 1;
      last = fresh.steps.at(-1) ?? last;
      if (fresh.steps.length > 0 || fresh.rewoundTo !== null) yield fresh;
    }
  }
}

function storedMessages(columns: BatchColumns, afterStep: number, stored: number): Message[] {
  const messages: Message[] = [];
  if (afterStep > stored) messages.push(rewoundTo(stored + 1));
  for (
    let from = columns.indexOf(afterStep + 1);
    from < columns.steps.length;
    from += MOST_BATCHES
  ) {
    const cut = (column: readonly number[]) => column.slice(from, from + MOST_BATCHES);
    messages.push({
      steps: cut(columns.steps),
      epochs: cut(columns.epochs),
      times: cut(columns.times),
      losses: cut(columns.losses),
      smoothedLosses: cut(columns.smoothedLosses),
      learningRates: cut(columns.learningRates),
      momentums: cut(columns.momentums),
      rewoundTo: null,
    });
  }
  return messages;
}

/** Neighbouring batches of one read become one message. */
function liveMessages(facts: readonly RunFact[]): Message[] {
  const messages: Message[] = [];
  for (const fact of facts) {
    if (fact.type === 'rewound') messages.push(rewoundTo(fact.toStep));
    if (fact.type !== 'batches') continue;
    const before = messages.at(-1) ?? { ...nothing };
    const joined = {
      steps: [...before.steps, ...fact.steps],
      epochs: [...before.epochs, ...fact.epochs],
      times: [...before.times, ...fact.times],
      losses: [...before.losses, ...fact.losses],
      smoothedLosses: [...before.smoothedLosses, ...fact.smoothedLosses],
      learningRates: [...before.learningRates, ...fact.learningRates],
      momentums: [...before.momentums, ...fact.momentums],
      rewoundTo: before.rewoundTo,
    };
    messages.splice(Math.max(messages.length - 1, 0), 1, joined);
  }
  return messages;
}

function messageAfter(message: Message, step: number): Message {
  const from = message.steps.findIndex((one) => one > step);
  if (from === 0) return message;
  const cut = (column: readonly number[]) => (from === -1 ? [] : column.slice(from));
  return {
    steps: cut(message.steps),
    epochs: cut(message.epochs),
    times: cut(message.times),
    losses: cut(message.losses),
    smoothedLosses: cut(message.smoothedLosses),
    learningRates: cut(message.learningRates),
    momentums: cut(message.momentums),
    rewoundTo: null,
  };
}

const nothing: Message = {
  steps: [],
  epochs: [],
  times: [],
  losses: [],
  smoothedLosses: [],
  learningRates: [],
  momentums: [],
  rewoundTo: null,
};

function rewoundTo(step: number): Message {
  return { ...nothing, rewoundTo: step };
}
