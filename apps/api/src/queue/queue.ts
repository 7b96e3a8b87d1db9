import type { RunRecord } from '../runs/run-store.js';

/** Who waits for a run: a person goes before what the program does by itself. */
export type Priority = 'person' | 'program';

export interface QueuedRun {
  readonly runId: string;
  /** Attempt that the run had when it was queued: it is queued once an attempt at most. */
  readonly attempt: number;
  readonly priority: Priority;
}

export interface TakenRun extends QueuedRun {
  /** Aborted once a run of higher priority waits: end this one, and add it again. */
  readonly makeWay: AbortSignal;
}

/**
 * Distributes queued runs to workers. It only distributes: a run is held by a claim in the store, so
 * a queue that hands out a run twice, or forgets it, does no harm.
 */
export interface Queue {
  readonly kind: string;
  /** Adding a run that waits already is harmless. A run added while it is worked on waits for its next turn. */
  add(run: QueuedRun): Promise<void>;
  /** Removing a run that does not wait is harmless. */
  remove(runId: string): Promise<void>;
  /** Calls `work` for every run, for so many of them at once. */
  consume(work: (run: TakenRun) => Promise<void>, atOnce: number): void;
  /** Throws if the queue cannot answer. */
  check(): Promise<void>;
  /** Hands out nothing more, and waits for the work at hand. Closing twice is harmless. */
  close(): Promise<void>;
}

/** How a run waits. */
export function waitingRun({ id, attempt, demo }: RunRecord): QueuedRun {
  return { runId: id, attempt, priority: demo ? 'program' : 'person' };
}
