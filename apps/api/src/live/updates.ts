import { setTimeout as sleep } from 'node:timers/promises';
import type { WakeBus } from '../runs/wake-bus.js';

/** The shortest time between two messages about one thing. */
const PAUSE_MS = 200;
/** Someone who heard nothing for so long looks by itself. */
const POLL_MS = 1000;

export interface UpdatesOptions<Entry> {
  /** Of one thing, or of all with null. */
  readonly id: string | null;
  readonly bus: WakeBus;
  /** What there is at the start. */
  readonly initial: () => Promise<readonly Entry[]>;
  /** The thing as it is now; undefined if it is none of ours. */
  readonly find: (id: string) => Promise<Entry | undefined>;
}

/**
 * The state of things now, then again after each change, but each thing at most five times a
 * second. The last change is always told, if late.
 */
export async function* updates<Entry>({
  id,
  bus,
  initial,
  find,
}: UpdatesOptions<Entry>): AsyncGenerator<Entry, void, undefined> {
  const watch = bus.watch(id);
  try {
    yield* await initial();
    for (;;) {
      for (const changed of await watch.next(POLL_MS)) {
        const entry = await find(changed);
        if (entry !== undefined) yield entry;
      }
      await sleep(PAUSE_MS);
    }
  } finally {
    watch.close();
  }
}
