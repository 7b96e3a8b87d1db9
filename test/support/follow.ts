import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from './subscription.js';

interface Batches {
  readonly steps: readonly number[];
  readonly rewoundTo: number | null;
}

/** The batches of a run, as a client sees them that comes back with its cursor whenever it is cut off. */
export interface FollowedBatches {
  /** Steps received so far, in order. */
  steps(): readonly number[];
  /** All of them, once the server has said that there are no more. */
  readonly ended: Promise<readonly number[]>;
}

/** Follows a run to its end, on whatever serves `address` meanwhile. */
export function followBatches(address: string, runId: string): FollowedBatches {
  const known: number[] = [];
  let current: readonly Batches[] = [];
  const steps = () => [...known, ...current.flatMap((message) => message.steps)];
  const follow = async (): Promise<readonly number[]> => {
    for (;;) {
      const { received, ended } = subscribe<Batches>(address, {
        query: `subscription ($runId: ID!, $afterStep: Int) {
          batchMetrics(runId: $runId, afterStep: $afterStep) { steps rewoundTo }
        }`,
        variables: { runId, afterStep: known.at(-1) ?? null },
        field: 'batchMetrics',
      });
      current = received;
      const how = await ended;
      if (received.some(({ rewoundTo }) => rewoundTo !== null))
        throw new Error('Expected each step once, received a rewind');
      known.push(...received.flatMap((message) => message.steps));
      current = [];
      if (how === 'completed') return known;
      await sleep(100);
    }
  };
  return { steps, ended: follow() };
}
