import { decodeJson, encodeJson } from '../../json-codec.js';
import type { RunEvent, RunFact } from '../../runs/run-event.js';
import {
  type NewRun,
  type RunCommand,
  type RunRecord,
  type RunWish,
  UNCLAIMED,
} from '../../runs/run-store.js';

/** Wide enough for 20 events a second through fifteen years. */
const SEQ_DIGITS = 10;

/** An event of a run's log, in the collection and in a tail alike. */
export interface EventDocument {
  /** Run and seq, so that the ids of a run sort as its events: the one index that a log needs. */
  readonly _id: string;
  readonly seq: number;
  readonly attempt: number;
  readonly at: number;
  /** See `RunEvent`. */
  readonly fact: string;
}

/** A command that waits. */
export interface CommandDocument {
  readonly number: number;
  readonly at: number;
  readonly wish: string;
}

/** A run, the newest append to its log, and the command that waits for it. */
export interface RunDocument extends Omit<RunRecord, 'id' | 'clientKey'> {
  readonly _id: string;
  /** Left out where there is none, so that a sparse index holds those that there are. */
  readonly clientKey?: string;
  /** See `MongoEventLog`. */
  readonly tail: readonly EventDocument[];
  readonly command: CommandDocument | null;
  /** Commands that were ever left: the number of the next one. */
  readonly commandCount: number;
}

/** Fields that make a record: all but the log's and the commands'. */
export const RECORD_FIELDS = { tail: 0, command: 0, commandCount: 0 } as const;

export type RunFields = Omit<RunDocument, keyof typeof RECORD_FIELDS>;

export function toDocument({ id, clientKey, ...run }: NewRun): RunDocument {
  return {
    _id: id,
    ...run,
    ...(clientKey !== null && { clientKey }),
    ...UNCLAIMED,
    tail: [],
    command: null,
    commandCount: 0,
  };
}

export function toRun({ _id, clientKey, ...run }: RunFields): RunRecord {
  return { id: _id, ...run, clientKey: clientKey ?? null };
}

export function eventId(runId: string, seq: number): string {
  return `${runId}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

export function toEventDocument({ runId, fact, ...place }: RunEvent): EventDocument {
  return { _id: eventId(runId, place.seq), ...place, fact: encodeJson(fact) };
}

// The casts below trust texts that this file alone has written.
export function toEvent(runId: string, { seq, attempt, at, fact }: EventDocument): RunEvent {
  return { runId, seq, attempt, at, fact: decodeJson(fact) as RunFact };
}

export function toCommand(runId: string, { number, at, wish }: CommandDocument): RunCommand {
  return { ...(decodeJson(wish) as RunWish), runId, number, at };
}
