import type { Queue } from '../queue/queue.js';
import type { RunFact } from '../runs/run-event.js';
import { RunLog } from '../runs/run-log.js';
import type { RunRecord, RunStore } from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';

export interface RecoverOptions {
  readonly store: RunStore;
  readonly bus: WakeBus;
  readonly queue: Queue;
}

const cutOff =
  'The program ended without notice while this run was training. Start it again with the same settings';
const again = 'It was cut off by the end of the program, and begins again';

/**
 * Puts in order what the last process left: runs that it was training are interrupted, runs that
 * waited wait again. The demo, which nobody started by hand, starts again by itself.
 */
export async function recoverRuns({ store, bus, queue }: RecoverOptions): Promise<void> {
  for (const run of await runsWith(store, ['running', 'interrupted'])) {
    const facts = factsFor(run);
    if (facts.length === 0) continue;
    const log = await RunLog.claim(run, { store, bus });
    await log?.append(facts);
  }
  for (const run of await runsWith(store, ['queued'])) {
    await queue.add({ runId: run.id, priority: run.demo ? 'program' : 'person' });
  }
}

function factsFor({ status, demo }: RunRecord): RunFact[] {
  const facts: RunFact[] = [];
  if (status === 'running') {
    facts.push({ type: 'status', status: 'interrupted', reason: cutOff, error: null });
  }
  if (demo) facts.push({ type: 'status', status: 'queued', reason: again, error: null });
  return facts;
}

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
