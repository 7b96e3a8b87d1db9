import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from './subscription.js';

/** What a client has of a run that comes back with its cursor whenever it is cut off. */
export interface Followed {
  /** Steps, or numbers of events, received so far, in order of arrival. */
  seen(): readonly number[];
  /** All of them, once the server has said that there are no more. */
  readonly ended: Promise<readonly number[]>;
  /** How often it was cut off so far. */
  cuts(): number;
}

interface Stream<Message> {
  readonly field: string;
  readonly query: string;
  readonly numbersOf: (message: Message) => readonly number[];
}

const batches: Stream<{ readonly steps: readonly number[]; readonly rewoundTo: number | null }> = {
  field: 'batchMetrics',
  query: `subscription ($runId: ID!, $after: Int) {
    batchMetrics(runId: $runId, afterStep: $after) { steps rewoundTo }
  }`,
  numbersOf: ({ steps, rewoundTo }) => {
    if (rewoundTo !== null) throw new Error('Expected each step once, received a rewind');
    return steps;
  },
};

const events: Stream<{ readonly seq: number }> = {
  field: 'runEvents',
  query: `subscription ($runId: ID!, $after: Int) { runEvents(runId: $runId, after: $after) { seq } }`,
  numbersOf: ({ seq }) => [seq],
};

/** Follows a run's batches to its end, on whatever serves `address` meanwhile. */
export const followBatches = (address: string, runId: string): Followed =>
  follow(address, runId, batches);

/** Follows a run's log to its end, on whatever serves `address` meanwhile. */
export const followEvents = (address: string, runId: string): Followed =>
  follow(address, runId, events);

function follow<Message>(
  address: string,
  runId: string,
  { field, query, numbersOf }: Stream<Message>,
): Followed {
  const known: number[] = [];
  let current: readonly Message[] = [];
  let cuts = 0;
  const toItsEnd = async (): Promise<readonly number[]> => {
    for (;;) {
      const variables = { runId, after: known.at(-1) ?? null };
      const { received, ended } = subscribe<Message>(address, { query, variables, field });
      current = received;
      const how = await ended;
      known.push(...received.flatMap(numbersOf));
      current = [];
      if (how === 'completed') return known;
      cuts += 1;
      await sleep(100);
    }
  };
  return {
    seen: () => [...known, ...current.flatMap(numbersOf)],
    ended: toItsEnd(),
    cuts: () => cuts,
  };
}
