import { isUnavailable } from '../store/unavailable.js';
import { isEnded } from './run-status.js';
import type { RunEvent } from './run-event.js';
import type { RunStore } from './run-store.js';
import type { WakeBus } from './wake-bus.js';

/** Events read from the store at a time: the most that one reader holds. */
const READ_LIMIT = 256;
/** A reader that heard nothing for so long looks by itself. */
const POLL_MS = 1000;

interface Look {
  readonly ended: boolean;
  readonly events: readonly RunEvent[];
}

/** Lets readers follow the logs of runs: first what is stored, then what is added. */
export class RunFeed {
  readonly #store: RunStore;
  readonly #bus: WakeBus;

  constructor(store: RunStore, bus: WakeBus) {
    this.#store = store;
    this.#bus = bus;
  }

  /**
   * Events of a run with a seq above `after`, in groups, without gap or repetition. Ends after the
   * last event of a run that has ended. An interrupted run has not: its next attempt goes on here.
   */
  async *follow(
    runId: string,
    after: number,
  ): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const watch = this.#bus.watch(runId);
    let last = after;
    try {
      for (;;) {
        const { ended, events } = await this.#look(runId, last);
        if (events.length > 0) {
          last = events.at(-1)!.seq;
          yield events;
        } else if (ended) {
          return;
        } else {
          await watch.next(POLL_MS);
        }
      }
    } finally {
      watch.close();
    }
  }

  /** A store that does not answer has nothing new. */
  async #look(runId: string, last: number): Promise<Look> {
    try {
      // Asked before the events are read: an event written in between is read in the next turn.
      const ended = await this.#hasEnded(runId, last);
      const events = await this.#store.events(runId, { after: last, limit: READ_LIMIT });
      return { ended, events };
    } catch (error) {
      if (isUnavailable(error)) return { ended: false, events: [] };
      throw error;
    }
  }

  async #hasEnded(runId: string, last: number): Promise<boolean> {
    const run = await this.#store.find(runId);
    return run === undefined || (isEnded(run.status) && run.lastSeq <= last);
  }
}
