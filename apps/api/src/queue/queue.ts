/** Who waits for a run: a person goes before what the program does by itself. */
export type Priority = 'person' | 'program';

export interface QueuedRun {
  readonly runId: string;
  readonly priority: Priority;
}

export interface TakenRun extends QueuedRun {
  /** Aborted once a run of higher priority waits: end this one, and add it again. */
  readonly makeWay: AbortSignal;
}

/** Distributes queued runs to workers, one at a time each. It only distributes: a run is held by a claim in the store. */
export interface Queue {
  readonly kind: string;
  /** Adding a run that waits already is harmless. A run added while it is worked on waits for its next turn. */
  add(run: QueuedRun): Promise<void>;
  /** Removing a run that does not wait is harmless. */
  remove(runId: string): Promise<void>;
  /** Calls `work` for every run, the next one once the last has returned. */
  consume(work: (run: TakenRun) => Promise<void>): void;
  /** Hands out nothing more, and waits for the work at hand. Closing twice is harmless. */
  close(): Promise<void>;
}
