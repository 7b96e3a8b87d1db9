import type { Queue, QueuedRun, TakenRun } from './queue.js';

/** A queue in the memory of one process; the store knows what waited before a restart. */
export function inProcessQueue(): Queue {
  return new InProcessQueue();
}

interface Current extends QueuedRun {
  readonly makeWay: AbortController;
}

class InProcessQueue implements Queue {
  readonly kind = 'in process';
  #waiting: QueuedRun[] = [];
  #work: ((run: TakenRun) => Promise<void>) | undefined;
  #current: Current | undefined;
  #busy: Promise<void> = Promise.resolve();
  #closed = false;

  add(run: QueuedRun): Promise<void> {
    if (!this.#waiting.some(({ runId }) => runId === run.runId)) this.#waiting.push(run);
    if (run.priority === 'person' && this.#current?.priority === 'program') {
      this.#current.makeWay.abort();
    }
    this.#next();
    return Promise.resolve();
  }

  remove(runId: string): Promise<void> {
    this.#waiting = this.#waiting.filter((run) => run.runId !== runId);
    return Promise.resolve();
  }

  consume(work: (run: TakenRun) => Promise<void>): void {
    this.#work = work;
    this.#next();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    await this.#busy;
  }

  #next(): void {
    const work = this.#work;
    if (this.#closed || this.#current !== undefined || work === undefined) return;
    const run = this.#take();
    if (run === undefined) return;
    const makeWay = new AbortController();
    this.#current = { ...run, makeWay };
    this.#busy = work({ ...run, makeWay: makeWay.signal }).finally(() => {
      this.#current = undefined;
      this.#next();
    });
  }

  #take(): QueuedRun | undefined {
    const first = this.#waiting.findIndex(({ priority }) => priority === 'person');
    return this.#waiting.splice(Math.max(first, 0), 1)[0];
  }
}
