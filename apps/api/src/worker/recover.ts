import type { Queue } from '../queue/queue.js';
import type { RunFact, RunStatus } from '../runs/run-event.js';
import { RunLog } from '../runs/run-log.js';
import type { RunRecord, RunStore } from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';

export interface RecoverOptions {
  readonly store: RunStore;
  readonly bus: WakeBus;
  readonly queue: Queue;
}

const cutOff = 'The program ended without notice while this run was training';
const again = 'It goes on from where the program had ended';

/** Puts in order what the last process left: runs that it was training, and runs that waited, wait again. */
export async function recoverRuns({ store, bus, queue }: RecoverOptions): Promise<void> {
  for (const run of await runsWith(store, ['running', 'interrupted', 'paused'])) {
    if (run.status === 'paused' && !(await waitsForRoom(store, run))) continue;
    const log = await RunLog.claim(run, { store, bus });
    await log?.append([
      ...(run.status === 'running' ? [status('interrupted', cutOff)] : []),
      status('queued', again),
    ]);
  }
  for (const run of await runsWith(store, ['queued'])) {
    await queue.add({ runId: run.id, priority: run.demo ? 'program' : 'person' });
  }
}

/** Whoever was paused by hand stays so. */
async function waitsForRoom(store: RunStore, { id, lastSeq }: RunRecord): Promise<boolean> {
  const [last] = await store.events(id, { after: lastSeq - 1, limit: 1 });
  return last?.fact.type === 'status' && last.fact.error?.code === 'DISK_FULL';
}

const status = (name: RunStatus, reason: string): RunFact => ({
  type: 'status',
  status: name,
  reason,
  error: null,
});

/** All of them, oldest first. */
async function runsWith(
  store: RunStore,
  statuses: readonly RunRecord['status'][],
): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = [];
  for (;;) {
    const last = runs.at(-1);
    const page = await store.list({
      statuses,
      limit: 100,
      orderBy: 'created-at',
      descending: false,
      ...(last && { after: { value: last.createdAt, id: last.id } }),
    });
    runs.push(...page.entries);
    if (!page.hasMore) return runs;
  }
}
