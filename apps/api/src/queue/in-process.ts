import type { Queue, QueuedRun, TakenRun } from './queue.js';

/** A queue in the memory of one process; the store knows what waited before a restart. */
export function inProcessQueue(): Queue {
  return new InProcessQueue();
}

interface Current extends QueuedRun {
  readonly makeWay: AbortController;
  readonly ended: Promise<void>;
}

class InProcessQueue implements Queue {
  readonly kind = 'in process';
  #waiting: QueuedRun[] = [];
  #work: ((run: TakenRun) => Promise<void>) | undefined;
  #atOnce = 0;
  readonly #current = new Set<Current>();
  #closed = false;

  add(run: QueuedRun): Promise<void> {
    if (!this.#waiting.some(({ runId }) => runId === run.runId)) this.#waiting.push(run);
    this.#next();
    this.#makeWay();
    return Promise.resolve();
  }

  remove(runId: string): Promise<void> {
    this.#waiting = this.#waiting.filter((run) => run.runId !== runId);
    return Promise.resolve();
  }

  consume(work: (run: TakenRun) => Promise<void>, atOnce: number): void {
    this.#work = work;
    this.#atOnce = atOnce;
    this.#next();
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    await Promise.all([...this.#current].map(({ ended }) => ended));
  }

  #next(): void {
    const work = this.#work;
    while (!this.#closed && work !== undefined && this.#current.size < this.#atOnce) {
      const run = this.#take();
      if (run === undefined) return;
      const makeWay = new AbortController();
      const ended = work({ ...run, makeWay: makeWay.signal }).finally(() => {
        this.#current.delete(current);
        this.#next();
      });
      const current: Current = { ...run, makeWay, ended };
      this.#current.add(current);
    }
  }

  #take(): QueuedRun | undefined {
    const first = this.#waiting.findIndex(({ priority }) => priority === 'person');
    return this.#waiting.splice(Math.max(first, 0), 1)[0];
  }

  /** As many of the program's runs end as people's runs wait. */
  #makeWay(): void {
    const people = this.#waiting.filter(({ priority }) => priority === 'person').length;
    const programs = [...this.#current].filter(({ priority }) => priority === 'program');
    for (const { makeWay } of programs.slice(0, people)) makeWay.abort();
  }
}
