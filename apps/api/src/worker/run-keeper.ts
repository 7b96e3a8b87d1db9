import type { Logger } from 'pino';
import { type Queue, waitingRun } from '../queue/queue.js';
import type { RunFact, RunStatus } from '../runs/run-event.js';
import { RunLog } from '../runs/run-log.js';
import type { RunRecord, RunStore } from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';

export interface RunKeeperOptions {
  readonly store: RunStore;
  readonly bus: WakeBus;
  readonly queue: Queue;
  /** Whether other processes work on these runs too. */
  readonly isShared: boolean;
  readonly log: Logger;
}

/** What others leave is looked for so often. */
const LOOK_MS = 5000;

const CUT_OFF = 'The program ended without notice while this run was training';
const AGAIN = 'It goes on from where the program had ended';

/**
 * Sees to it that no run is left lying: those whose holder has gone, and those that wait and that no
 * queue knows of. Any number of keepers may look at once; a claim decides.
 */
export class RunKeeper {
  readonly #options: RunKeeperOptions;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: RunKeeperOptions) {
    this.#options = options;
  }

  /** Puts in order what the last process left, then looks again and again if there are others. */
  async start(): Promise<void> {
    await this.#look(['running', 'interrupted', 'paused']);
    if (this.#options.isShared) this.#lookLater();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #lookLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look(['running'])
        .catch((error: unknown) => {
          this.#options.log.warn({ err: error }, 'could not look for runs that were left');
        })
        .finally(() => {
          this.#lookLater();
        });
    }, LOOK_MS);
  }

  async #look(statuses: readonly RunStatus[]): Promise<void> {
    const { store, bus, queue } = this.#options;
    for (const run of await runsWith(store, statuses)) {
      if (!(await this.#isLeft(run))) continue;
      const log = await RunLog.claim(run, { store, bus });
      await log?.append([
        ...(run.status === 'running' ? [status('interrupted', CUT_OFF)] : []),
        status('queued', AGAIN),
      ]);
    }
    for (const run of await runsWith(store, ['queued'])) {
      if (this.#closing.signal.aborted) return;
      await queue.add(waitingRun(run));
    }
  }

  async #isLeft(run: RunRecord): Promise<boolean> {
    if (run.status === 'running') return !this.#options.isShared || run.heldUntil < Date.now();
    return run.status === 'interrupted' || waitsForRoom(this.#options.store, run);
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
  statuses: readonly RunStatus[],
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
