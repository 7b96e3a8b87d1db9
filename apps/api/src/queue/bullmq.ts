import { type Job, Queue as BullQueue, QueueEvents, Worker as BullWorker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Priority, Queue, QueuedRun, TakenRun } from './queue.js';

export interface BullmqOptions {
  /** For what somebody waits for. */
  readonly commands: Redis;
  /** For listening; connections of their own are made of it. */
  readonly listening: Redis;
  readonly log: Logger;
  /** Before the names of all keys. */
  readonly prefix: string;
}

const NAME = 'runs';
/** BullMQ takes the lower number first. */
const RANK: Readonly<Record<Priority, number>> = { person: 1, program: 2 };
/** A worker that is free takes a new run in that time; a run that waits longer has others make way. */
const WAY_MS = 500;

type RunJob = Job<QueuedRun, void>;

/** A queue in Redis, for any number of processes. What it forgets, the store knows. */
export function bullmqQueue(options: BullmqOptions): Queue {
  return new BullmqQueue(options);
}

class BullmqQueue implements Queue {
  readonly kind = 'BullMQ';
  readonly #options: BullmqOptions;
  readonly #queue: BullQueue<QueuedRun, void>;
  #worker: BullWorker<QueuedRun, void> | undefined;
  #events: QueueEvents | undefined;
  /** Runs of the program that are worked on here. */
  readonly #programs = new Set<AbortController>();
  #way: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: BullmqOptions) {
    this.#options = options;
    this.#queue = new BullQueue(NAME, {
      connection: options.commands,
      prefix: options.prefix,
      skipWaitingForReady: true,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#hearErrors(this.#queue);
  }

  /** A run that Redis does not take is found in the store, and added later. */
  async add(run: QueuedRun): Promise<void> {
    const { runId, attempt, priority } = run;
    if (this.#closed !== undefined) return;
    try {
      const jobId = `${runId}-${attempt}`;
      await this.#queue.add(priority, run, { jobId, priority: RANK[priority] });
    } catch (error) {
      this.#options.log.warn({ err: error, runId }, 'a run waits for Redis to answer');
    }
  }

  async remove(runId: string): Promise<void> {
    try {
      for (const job of await this.#waiting()) if (job.data.runId === runId) await job.remove();
    } catch (error) {
      // Whoever takes it looks into the store, and leaves it.
      this.#options.log.debug({ err: error, runId }, 'a run stays in the queue for nothing');
    }
  }

  consume(work: (run: TakenRun) => Promise<void>, atOnce: number): void {
    const { listening, prefix } = this.#options;
    this.#worker = new BullWorker<QueuedRun, void>(NAME, (job) => this.#take(job.data, work), {
      connection: listening,
      prefix,
      concurrency: atOnce,
      // Who holds a run is for the store to say.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.#events = new QueueEvents(NAME, { connection: listening.duplicate(), prefix });
    this.#events.on('added', ({ name }) => {
      if (name === 'person') this.#lookSoon();
    });
    this.#hearErrors(this.#worker);
    this.#hearErrors(this.#events);
  }

  async check(): Promise<void> {
    await this.#options.commands.ping();
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    clearTimeout(this.#way);
    await this.#worker?.close();
    await this.#events?.close();
    await this.#queue.close();
  }

  async #take(run: QueuedRun, work: (run: TakenRun) => Promise<void>): Promise<void> {
    const makeWay = new AbortController();
    if (run.priority === 'program') {
      this.#programs.add(makeWay);
      this.#lookSoon();
    }
    try {
      await work({ ...run, makeWay: makeWay.signal });
    } finally {
      this.#programs.delete(makeWay);
    }
  }

  /** Has the program's runs make way if people's still wait in a moment. */
  #lookSoon(): void {
    if (this.#programs.size === 0) return;
    this.#way ??= setTimeout(() => {
      this.#way = undefined;
      this.#makeWay().catch((error: unknown) => {
        this.#options.log.debug({ err: error }, 'could not see who waits');
      });
    }, WAY_MS);
  }

  async #makeWay(): Promise<void> {
    const people = (await this.#waiting()).filter(({ data }) => data.priority === 'person').length;
    for (const program of [...this.#programs].slice(0, people)) program.abort();
  }

  async #waiting(): Promise<readonly RunJob[]> {
    return this.#queue.getJobs(['prioritized', 'waiting']);
  }

  /** Connections come back by themselves; without a listener, an error would end the process. */
  #hearErrors(speaker: { on(event: 'error', listener: (error: Error) => void): unknown }): void {
    speaker.on('error', (error) => {
      this.#options.log.debug({ err: error }, 'BullMQ');
    });
  }
}
