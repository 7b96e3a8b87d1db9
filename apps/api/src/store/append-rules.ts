import type { RunFact, RunStatus } from '../runs/run-event.js';
import { type AppendOptions, AttemptLostError, SeqTakenError } from '../runs/run-store.js';

/** How far a run's log has come, and who may write it. */
export interface LogEnd {
  readonly attempt: number;
  readonly lastSeq: number;
}

/** Throws `AttemptLostError` or `SeqTakenError` unless this is the next append to the log. */
export function assertMayAppend(
  end: LogEnd,
  { attempt, seq }: Pick<AppendOptions, 'attempt' | 'seq'>,
): void {
  if (attempt !== end.attempt) {
    throw new AttemptLostError(
      `Attempt ${attempt} no longer holds the run: attempt ${end.attempt} does`,
    );
  }
  if (seq !== end.lastSeq + 1) {
    throw new SeqTakenError(`Expected the next event at ${end.lastSeq + 1}, received ${seq}`);
  }
}

/** The status that a run has after these facts; undefined if they say nothing of it. */
export function lastStatus(facts: readonly RunFact[]): RunStatus | undefined {
  const fact = facts.findLast((one) => one.type === 'status');
  return fact?.type === 'status' ? fact.status : undefined;
}
