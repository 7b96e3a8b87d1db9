import type { FitAdjustment, Phase, RunJob } from '@whetstone/training';
import type { Page, PageQuery } from '../store/store.js';
import type { RunEvent, RunFact, RunStatus } from './run-event.js';

/** A checkpoint of another run, which a run begins with. */
export interface StartingCheckpoint {
  /** The run whose checkpoint it was; it may be gone. */
  readonly runId: string;
  readonly checkpoint: string;
  /** The run's own copy. */
  readonly file: string;
  readonly sha256: string;
  /** Where the other run was. */
  readonly phase: number;
  readonly epoch: number;
  readonly step: number;
  /** Whether the body learned there, for estimates. */
  readonly whole: boolean;
}

/** What a run was started with, defaults filled in. */
export interface RunSettings {
  readonly recipe: string | null;
  readonly phases: readonly Phase[];
  readonly architecture: string;
  readonly imageSize: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly validShare: number | null;
  /** Draws the split that `validShare` asks for, where another run had drawn it. @default `seed` */
  readonly splitSeed?: number;
  /** Left out where a run begins with pretrained weights. */
  readonly from?: StartingCheckpoint;
  readonly frozenBody: RunJob['frozenBody'];
  /** Sizes of the split, as far as known before training. */
  readonly trainItems: number;
  readonly validItems: number;
}

/** What people may change of a run at any time: it has no bearing on training. */
export interface RunLabels {
  readonly name: string;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly starred: boolean;
}

export interface NewRun extends RunLabels {
  readonly id: string;
  readonly demo: boolean;
  readonly createdAt: number;
  readonly datasetId: string;
  readonly datasetVersion: number;
  readonly settings: RunSettings;
  /** Chosen by the client; unique among all runs. */
  readonly clientKey: string | null;
  /** Tells whether two inputs under one client key are the same. */
  readonly inputHash: string;
}

export interface RunRecord extends NewRun {
  /** Follows the status events of the log. */
  readonly status: RunStatus;
  /** Highest attempt that was claimed; 0 before the first. */
  readonly attempt: number;
  /** While it runs: whoever claimed it is taken to be alive until then, in ms since 1970. */
  readonly heldUntil: number;
  /** Newest event of the log, -1 before the first. */
  readonly lastSeq: number;
}

/** What a new run has beside what it was made of. */
export const UNCLAIMED = { status: 'queued', attempt: 0, heldUntil: 0, lastSeq: -1 } as const;

export interface RunQuery extends PageQuery {
  readonly statuses?: readonly RunStatus[];
  readonly datasetId?: string;
  /** In the name or in a tag; letters from A to Z in either case. */
  readonly text?: string;
  readonly orderBy: 'created-at' | 'name';
  readonly descending: boolean;
}

/** What a person wants of a run that trains. */
export type RunWish =
  | { readonly command: 'stop' | 'pause' }
  | { readonly command: 'adjust'; readonly adjustment: FitAdjustment };

/** A person's wish, left for the worker that holds the run. */
export type RunCommand = RunWish & {
  readonly runId: string;
  /** Counts the commands of a run, from 0. */
  readonly number: number;
  readonly at: number;
};

/** Takes a run from whoever had it. */
export interface Claim {
  /** Attempt that the run is expected to have. */
  readonly expected: number;
  /** See `RunRecord.heldUntil`; 0 by those who do not train it. */
  readonly heldUntil: number;
}

export interface AppendOptions {
  /** Attempt of the writer. */
  readonly attempt: number;
  /** Seq that the first fact will get. */
  readonly seq: number;
  readonly at: number;
}

/** A higher attempt was claimed: this writer has lost the run and must end its trainer. */
export class AttemptLostError extends Error {
  override readonly name = 'AttemptLostError';
}

/** Someone else wrote at this seq. */
export class SeqTakenError extends Error {
  override readonly name = 'SeqTakenError';
}

/** Another command waits: one at a time. */
export class CommandWaitingError extends Error {
  override readonly name = 'CommandWaitingError';
  readonly waiting: RunCommand;

  constructor(waiting: RunCommand) {
    super(`A command to ${waiting.command} is on its way`);
    this.waiting = waiting;
  }
}

/** Another run has this client key. */
export class ClientKeyTakenError extends Error {
  override readonly name = 'ClientKeyTakenError';
}

/** Runs, their event logs, and the commands that people left. */
export interface RunStore {
  /** Throws `ClientKeyTakenError`. */
  create(run: NewRun): Promise<RunRecord>;
  find(id: string): Promise<RunRecord | undefined>;
  findByClientKey(clientKey: string): Promise<RunRecord | undefined>;
  list(query: RunQuery): Promise<Page<RunRecord>>;
  /** Changes what is given; undefined if there is no such run. */
  relabel(id: string, labels: Partial<RunLabels>): Promise<RunRecord | undefined>;
  /** Forgets a run with its log and its commands, if it is there. */
  remove(id: string): Promise<void>;
  /** Raises `attempt` from `expected` by one, if that is what it is, and says whether it did. */
  claim(id: string, claim: Claim): Promise<boolean>;
  /** Says that whoever claimed this attempt is alive; false: it no longer holds the run. */
  hold(id: string, attempt: number, heldUntil: number): Promise<boolean>;
  /**
   * Appends facts in order, all or, where a store has no transactions, a gapless beginning of them.
   * Throws `AttemptLostError` or `SeqTakenError` and then has written nothing of this call, unless
   * the store had to write it in parts. One that failed with what `isUnavailable` knows may have been
   * made: the same call again, of the same store, makes it or finds it made.
   */
  append(id: string, facts: readonly RunFact[], options: AppendOptions): Promise<void>;
  /** Events with a seq above `after`, in order. */
  events(id: string, options: { after: number; limit: number }): Promise<readonly RunEvent[]>;
  /** Leaves a command unless the same one is waiting already. Throws `CommandWaitingError` if another one is. */
  leaveCommand(id: string, wish: RunWish, at: number): Promise<RunCommand>;
  /** The command that waits, if one does. */
  waitingCommand(id: string): Promise<RunCommand | undefined>;
  settleCommand(command: RunCommand): Promise<void>;
}
