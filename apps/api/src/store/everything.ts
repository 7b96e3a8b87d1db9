import type { RunEvent } from '../runs/run-event.js';
import type { RunRecord, RunStore } from '../runs/run-store.js';
import type { DatasetRecord, DatasetStore } from '../datasets/dataset-store.js';

const PAGE = 100;
const EVENTS = 1000;

/** Every run of a store, oldest first. */
export async function* everyRun(runs: RunStore): AsyncGenerator<RunRecord, void, undefined> {
  let last: RunRecord | undefined;
  for (;;) {
    const { entries, hasMore } = await runs.list({
      limit: PAGE,
      orderBy: 'created-at',
      descending: false,
      ...(last && { after: { value: last.createdAt, id: last.id } }),
    });
    yield* entries;
    last = entries.at(-1);
    if (!hasMore) return;
  }
}

/** Every dataset of a store, newest first. */
export async function* everyDataset(
  datasets: DatasetStore,
): AsyncGenerator<DatasetRecord, void, undefined> {
  let last: DatasetRecord | undefined;
  for (;;) {
    const { entries, hasMore } = await datasets.list({
      limit: PAGE,
      ...(last && { after: { value: last.createdAt, id: last.id } }),
    });
    yield* entries;
    last = entries.at(-1);
    if (!hasMore) return;
  }
}

/** The log of a run behind a seq, in groups. */
export async function* everyEvent(
  runs: RunStore,
  runId: string,
  after = -1,
): AsyncGenerator<readonly RunEvent[], void, undefined> {
  for (let last = after; ;) {
    const events = await runs.events(runId, { after: last, limit: EVENTS });
    if (events.length > 0) yield events;
    if (events.length < EVENTS) return;
    last = events.at(-1)!.seq;
  }
}
