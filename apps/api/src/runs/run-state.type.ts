import type { LrSuggestion, PhaseKind } from '@whetstone/training';
import type { CheckpointState } from './checkpoints.js';
import type {
  FileSavedEvent,
  RunEnvironment,
  RunFact,
  RunFailure,
  RunStatus,
} from './run-event.js';

type Fact<Type extends RunFact['type']> = Extract<RunFact, { type: Type }>;

export interface AttemptState {
  readonly number: number;
  readonly startedAt: number;
  readonly fromStep: number;
}

export interface LrFinderState {
  readonly indexes: readonly number[];
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothedLosses: readonly number[];
  readonly stoppedBecause: Fact<'lr-finder-end'>['stoppedBecause'] | null;
  readonly suggestions: readonly LrSuggestion[];
}

export type EpochState = Fact<'epoch-end'>;

export interface PhaseState {
  readonly index: number;
  readonly kind: PhaseKind;
  readonly title: string;
  readonly status: 'pending' | 'running' | 'completed' | 'stopped';
  /** Epochs it trains; 0 for phases that train none. */
  readonly epochCount: number;
  /** Batches of an epoch or points of a finder; an estimate before the phase begins. */
  readonly batches: number;
  /** Whether the body learns too, once known. */
  readonly whole: boolean;
  readonly firstStep: number | null;
  readonly firstEpoch: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lrFinder: LrFinderState | null;
}

/** How long things take, measured on the way. Milliseconds; null: not measured yet. */
export interface Pace {
  /** A train batch while the body is frozen. */
  readonly frozenBatchMs: number | null;
  /** A train batch while everything learns. */
  readonly wholeBatchMs: number | null;
  /** Judging the whole valid split. */
  readonly validationMs: number | null;
  readonly samples: number;
  readonly lastBatch: {
    readonly phase: number;
    readonly epoch: number;
    readonly time: number;
  } | null;
}

/** What a run’s log says, without the series. */
export interface RunState {
  readonly lastSeq: number;
  readonly lastAt: number;
  readonly status: RunStatus;
  readonly statusReason: string | null;
  readonly error: RunFailure | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly environment: RunEnvironment | null;
  readonly attempts: readonly AttemptState[];
  readonly phases: readonly PhaseState[];
  readonly epochs: readonly EpochState[];
  readonly files: readonly FileSavedEvent[];
  /** Those that are kept, oldest first. */
  readonly checkpoints: readonly CheckpointState[];
  /** Number of the last command that took effect; -1 before the first. */
  readonly lastCommand: number;
  /** Times that the trainer has died since the run got any further. */
  readonly deaths: number;
  /** Train batches done. */
  readonly steps: number;
  readonly pace: Pace;
}
