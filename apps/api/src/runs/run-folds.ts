import { BoundedMap } from '../bounded-map.js';
import { notFound } from '../errors.js';
import { BatchColumns } from './batch-columns.js';
import type { RunEvent } from './run-event.js';
import { initialState, nextState } from './run-state.js';
import type { RunState } from './run-state.type.js';
import type { RunRecord, RunStore } from './run-store.js';

/** Events read from the store at a time. */
const READ_LIMIT = 1000;

/** Small: states of many runs are kept, for lists. */
const STATES_KEPT = 500;
/** Large: a million steps are 70 MB. */
const COLUMNS_KEPT = 16;

/** What the logs of runs add up to. Kept in memory and brought up to date on demand; a restart rebuilds it. */
export class RunFolds {
  readonly #store: RunStore;
  readonly #states = new BoundedMap<string, Folding<RunState>>(STATES_KEPT);
  readonly #columns = new BoundedMap<string, Folding<BatchColumns>>(COLUMNS_KEPT);

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** The state of a run as of now. */
  async state(run: RunRecord): Promise<RunState> {
    const folding = this.#states.getOrMake(run.id, () => ({
      value: initialState(run.settings),
      busy: Promise.resolve(),
    }));
    return this.#catchUp(run.id, folding, nextState);
  }

  /** The batches of a run as of now. They grow in place: take what is needed before waiting. */
  async columns(runId: string): Promise<BatchColumns> {
    const folding = this.#columns.getOrMake(runId, () => ({
      value: new BatchColumns(),
      busy: Promise.resolve(),
    }));
    return this.#catchUp(runId, folding, (columns, event) => {
      columns.add(event);
      return columns;
    });
  }

  /** Two callers at once must not take one event twice, so each waits for the one before. */
  async #catchUp<Value extends { readonly lastSeq: number }>(
    runId: string,
    folding: Folding<Value>,
    next: (value: Value, event: RunEvent) => Value,
  ): Promise<Value> {
    const turn = folding.busy.then(async () => {
      for (;;) {
        const options = { after: folding.value.lastSeq, limit: READ_LIMIT };
        const events = await this.#store.events(runId, options);
        folding.value = events.reduce(next, folding.value);
        if (events.length < READ_LIMIT) return;
      }
    });
    // A read that failed is the business of the one who asked for it; the next one tries again.
    folding.busy = turn.catch(() => undefined);
    await turn;
    return folding.value;
  }
}

interface Folding<Value> {
  value: Value;
  busy: Promise<void>;
}

/** The run with this id, or NOT_FOUND. */
export async function existingRun(store: RunStore, id: string): Promise<RunRecord> {
  const run = await store.find(id);
  if (run === undefined) throw notFound('run', id);
  return run;
}
