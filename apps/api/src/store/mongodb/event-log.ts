import type { Collection, Db } from 'mongodb';
import type { RunEvent, RunFact } from '../../runs/run-event.js';
import type { AppendOptions } from '../../runs/run-store.js';
import { assertMayAppend, lastStatus } from '../append-rules.js';
import { unlessThere } from './duplicate-key.js';
import {
  type EventDocument,
  eventId,
  type RunDocument,
  toEvent,
  toEventDocument,
} from './run-documents.js';

/** A document may have 16 MB: a tail leaves room for the run itself. */
const LARGEST_TAIL_BYTES = 8e6;

type LogFields = Pick<RunDocument, 'attempt' | 'lastSeq' | 'tail'>;

/**
 * The logs of runs, without transactions. The events of the newest append, the **tail**, are in the
 * run's own document; all before them are in the collection. An append is two writes:
 *
 * 1. the tail at hand is copied into the collection, where what is there already stays;
 * 2. the document, if it still has this attempt and ends where this append begins, gets the new
 *    tail, `lastSeq` and status. This one write is the append: all of it or nothing.
 *
 * Why that suffices:
 *
 * - *No gap.* Only 2 takes a tail away, and only the one that 1 has copied: `lastSeq` never goes
 *   back, and changes with the tail alone, so a document with the same `lastSeq` has the same tail.
 * - *A writer that dies* between 1 and 2 leaves copies of what the document still says. After 2
 *   there is nothing left to do; the next append, by whomever, begins with 1.
 * - *A late writer* of an older attempt may copy a tail late: the same bytes under the same id. Its
 *   2 finds another attempt. A claim between 1 and 2 is the same case.
 * - *Readers* read the document first: every event before its tail is in the collection by then, and
 *   nothing but the removal of the run takes one away.
 * - *A removal* takes the document first, and with it every reader's sight of the log. A writer that
 *   copies after that finds no document in 2, and removes what it copied.
 * - *A lost answer* leaves a writer in doubt whether 2 was made. It repeats the append: where the log
 *   has the same facts of the same attempt, they are its own, as an attempt has one writer.
 *
 * It holds across a change of primary, as writes wait for a majority and reads see nothing else.
 */
export class MongoEventLog {
  readonly #runs: Collection<RunDocument>;
  readonly #events: Collection<EventDocument>;
  /** Writers in doubt. */
  readonly #inDoubt = new Set<string>();

  constructor(database: Db) {
    this.#runs = database.collection<RunDocument>('runs');
    this.#events = database.collection<EventDocument>('run_events');
  }

  async append(
    runId: string,
    facts: readonly RunFact[],
    { attempt, seq, at }: AppendOptions,
  ): Promise<void> {
    const events = facts.map((fact, index) =>
      toEventDocument({ runId, seq: seq + index, attempt, at, fact }),
    );
    const writer = `${runId}@${attempt}`;
    for (let made = 0; made < events.length;) {
      const tail = beginningOf(events.slice(made));
      const status = lastStatus(facts.slice(made, made + tail.length));
      await this.#appendTail(runId, { tail, status, writer });
      made += tail.length;
    }
    this.#inDoubt.delete(writer);
  }

  async read(
    runId: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<readonly RunEvent[]> {
    const run = await this.#find(runId);
    if (run === undefined || run.lastSeq <= after) return [];
    const last = Math.min(after + limit, run.lastSeq);
    const events = await this.#between(runId, { run, from: after + 1, last });
    return events.map((event) => toEvent(runId, event));
  }

  /** Removes every event of a run whose document is gone. */
  async removeAll(runId: string): Promise<void> {
    // The sign behind the slash ends the ids that begin with the run's.
    await this.#events.deleteMany({ _id: { $gte: `${runId}/`, $lt: `${runId}0` } });
  }

  async #appendTail(runId: string, { tail, status, writer }: Appending): Promise<void> {
    const { attempt, seq } = tail[0]!;
    const lastSeq = tail.at(-1)!.seq;
    for (;;) {
      const run = await this.#find(runId);
      if (run === undefined) {
        await this.removeAll(runId);
        throw new Error(`There is no run ${runId} to append to`);
      }
      if (this.#inDoubt.has(writer) && (await this.#has(runId, run, tail))) return;
      assertMayAppend(run, { attempt, seq });
      await this.#copy(run.tail);
      const { matchedCount } = await this.#runs
        .updateOne(
          { _id: runId, attempt, lastSeq: seq - 1 },
          { $set: { lastSeq, tail, ...(status && { status }) } },
        )
        .catch((error: unknown) => {
          this.#inDoubt.add(writer);
          throw error;
        });
      // Otherwise somebody was faster: the next look says who.
      if (matchedCount === 1) return;
    }
  }

  async #find(runId: string): Promise<LogFields | undefined> {
    const projection = { attempt: 1, lastSeq: 1, tail: 1 };
    return (await this.#runs.findOne<LogFields>({ _id: runId }, { projection })) ?? undefined;
  }

  async #copy(tail: readonly EventDocument[]): Promise<void> {
    if (tail.length > 0) await this.#events.insertMany(tail, { ordered: false }).catch(unlessThere);
  }

  /** Whether the log has these facts of this attempt. */
  async #has(runId: string, run: LogFields, events: readonly EventDocument[]): Promise<boolean> {
    const from = events[0]!.seq;
    const last = events.at(-1)!.seq;
    if (run.lastSeq < last) return false;
    const there = await this.#between(runId, { run, from, last });
    return events.every(
      ({ attempt, fact }, index) => there[index]?.attempt === attempt && there[index].fact === fact,
    );
  }

  /** Events of a log that had come as far as `run`, from one seq to another. */
  async #between(runId: string, { run, from, last }: Range): Promise<readonly EventDocument[]> {
    const tail = run.tail.filter(({ seq }) => seq >= from && seq <= last);
    const end = Math.min(last + 1, run.tail[0]?.seq ?? 0);
    if (from >= end) return tail;
    const ids = { $gte: eventId(runId, from), $lt: eventId(runId, end) };
    const before = await this.#events.find({ _id: ids }).sort({ _id: 1 }).toArray();
    if (before.length === end - from) return [...before, ...tail];
    // Removed since the document was read: as if it had been so before.
    if ((await this.#find(runId)) === undefined) return [];
    throw new Error(
      `Expected ${end - from} events of ${runId} from ${from} on, received ${before.length}: somebody has taken events out of the database`,
    );
  }
}

interface Appending {
  readonly tail: readonly EventDocument[];
  readonly status: RunDocument['status'] | undefined;
  readonly writer: string;
}

interface Range {
  readonly run: LogFields;
  readonly from: number;
  readonly last: number;
}

/** As many of the events, at least one, as a tail may have. */
function beginningOf(events: readonly EventDocument[]): readonly EventDocument[] {
  let bytes = 0;
  const tooMany = events.findIndex(({ fact }, index) => {
    bytes += Buffer.byteLength(fact);
    return index > 0 && bytes > LARGEST_TAIL_BYTES;
  });
  return tooMany === -1 ? events : events.slice(0, tooMany);
}
