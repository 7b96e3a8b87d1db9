import type { TrainingEvent } from '@whetstone/training';

export type RunStatus =
  'queued' | 'running' | 'paused' | 'interrupted' | 'succeeded' | 'stopped' | 'failed';

/** Versions and device of the process that trains. */
export interface RunEnvironment {
  readonly engine: string;
  readonly tensorflow: string;
  readonly device: string;
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly whetstone: string;
}

export interface RunFailure {
  readonly code: string;
  /** Expected, received, how to fix. */
  readonly message: string;
}

/** Code of a failure: the process that trained ended without a word. */
export const TRAINER_DIED = 'TRAINER_DIED';

/** The state of a run changed. */
export interface StatusEvent {
  readonly type: 'status';
  readonly status: RunStatus;
  /** Why, in a sentence, where the status alone does not say it. */
  readonly reason: string | null;
  readonly error: RunFailure | null;
}

/** A trainer took the run. Its first batch will have step `fromStep`. */
export interface AttemptStartedEvent {
  readonly type: 'attempt-started';
  readonly number: number;
  readonly fromStep: number;
  readonly environment: RunEnvironment;
}

/**
 * Everything reported since a checkpoint, or since the beginning, no longer counts: an attempt that
 * went on from there came to other numbers, and what follows are its own.
 */
export interface RewoundEvent {
  readonly type: 'rewound';
  readonly toStep: number;
  readonly toEpoch: number;
  readonly toPhase: number;
  /** Whether that phase had begun; left out: no. */
  readonly within?: boolean;
}

/** A person's command took effect, after `step` (null: before the first); an adjustment with it. */
export interface CommandAppliedEvent {
  readonly type: 'command-applied';
  readonly command: 'stop' | 'pause' | 'adjust';
  /** Of the command; null, or left out by older versions: it was done at once. */
  readonly number?: number | null;
  readonly step: number | null;
}

/** A file of the run is complete in the file store; it counts from this event on. */
export interface FileSavedEvent {
  readonly type: 'file-saved';
  readonly kind: 'predictions' | 'best-weights';
  readonly phase: number | null;
  readonly epoch: number;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The run can go on from here: all that the log says before it is in the file. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  /** What comes next. */
  readonly phase: number;
  readonly epoch: number;
  readonly step: number;
  /** Whether that phase has begun. */
  readonly within: boolean;
  /** Whether it is the end of a fit, which is kept for good. */
  readonly endsFit: boolean;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export type RunFact =
  | TrainingEvent
  | StatusEvent
  | AttemptStartedEvent
  | RewoundEvent
  | CommandAppliedEvent
  | FileSavedEvent
  | CheckpointEvent;

/**
 * One entry of a run's log. `(runId, seq)` is unique, from 0, without gaps. This is the format in
 * every store: `fact` as JSON, in which a number that JSON cannot say is `{"$number":"NaN"}`,
 * `{"$number":"Infinity"}`, `{"$number":"-Infinity"}` or `{"$number":"-0"}`.
 */
export interface RunEvent {
  readonly runId: string;
  readonly seq: number;
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly fact: RunFact;
}
