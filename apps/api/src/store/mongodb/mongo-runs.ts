import type { Collection, Db, Filter } from 'mongodb';
import { encodeJson } from '../../json-codec.js';
import type { RunEvent, RunFact } from '../../runs/run-event.js';
import {
  type AppendOptions,
  type Claim,
  ClientKeyTakenError,
  CommandWaitingError,
  type NewRun,
  type RunCommand,
  type RunLabels,
  type RunQuery,
  type RunRecord,
  type RunStore,
  type RunWish,
  UNCLAIMED,
} from '../../runs/run-store.js';
import type { Page } from '../store.js';
import { isDuplicateKey, unlessThere } from './duplicate-key.js';
import { MongoEventLog } from './event-log.js';
import { readPage } from './paging.js';
import {
  RECORD_FIELDS,
  type RunDocument,
  type RunFields,
  toCommand,
  toDocument,
  toRun,
} from './run-documents.js';

/** A run that is being removed, so that whoever is cut off at it leaves word. */
interface Removal {
  readonly _id: string;
}

export class MongoRuns implements RunStore {
  readonly #runs: Collection<RunDocument>;
  readonly #removals: Collection<Removal>;
  readonly #log: MongoEventLog;

  constructor(database: Db) {
    this.#runs = database.collection<RunDocument>('runs');
    this.#removals = database.collection<Removal>('run_removals');
    this.#log = new MongoEventLog(database);
  }

  async create(run: NewRun): Promise<RunRecord> {
    try {
      await this.#runs.insertOne(toDocument(run));
    } catch (error) {
      if (run.clientKey !== null && isDuplicateKey(error))
        throw new ClientKeyTakenError(`Another run has the client key "${run.clientKey}"`);
      throw error;
    }
    return { ...run, ...UNCLAIMED };
  }

  find(id: string): Promise<RunRecord | undefined> {
    return this.#findOne({ _id: id });
  }

  findByClientKey(clientKey: string): Promise<RunRecord | undefined> {
    return this.#findOne({ clientKey });
  }

  async list(query: RunQuery): Promise<Page<RunRecord>> {
    const { orderBy, descending } = query;
    const field = orderBy === 'name' ? 'name' : 'createdAt';
    const page = await readPage(this.#runs, query, {
      field,
      descending,
      filter: filterOf(query),
      projection: RECORD_FIELDS,
    });
    return { ...page, entries: page.entries.map(toRun) };
  }

  async relabel(id: string, labels: Partial<RunLabels>): Promise<RunRecord | undefined> {
    // MongoDB refuses a change of nothing.
    if (Object.keys(labels).length > 0) await this.#runs.updateOne({ _id: id }, { $set: labels });
    return this.find(id);
  }

  /** See `MongoEventLog` for the order. */
  async remove(id: string): Promise<void> {
    await this.#removals.insertOne({ _id: id }).catch(unlessThere);
    await this.#runs.deleteOne({ _id: id });
    await this.#log.removeAll(id);
    await this.#removals.deleteOne({ _id: id });
  }

  /** Does to its end what somebody was cut off at. */
  async finishRemovals(): Promise<void> {
    for (const { _id } of await this.#removals.find().toArray()) await this.remove(_id);
  }

  async claim(id: string, { expected, heldUntil }: Claim): Promise<boolean> {
    const { matchedCount } = await this.#runs.updateOne(
      { _id: id, attempt: expected },
      { $set: { attempt: expected + 1, heldUntil } },
    );
    return matchedCount === 1;
  }

  async hold(id: string, attempt: number, heldUntil: number): Promise<boolean> {
    const { matchedCount } = await this.#runs.updateOne(
      { _id: id, attempt },
      { $set: { heldUntil } },
    );
    return matchedCount === 1;
  }

  append(id: string, facts: readonly RunFact[], options: AppendOptions): Promise<void> {
    return this.#log.append(id, facts, options);
  }

  events(id: string, options: { after: number; limit: number }): Promise<readonly RunEvent[]> {
    return this.#log.read(id, options);
  }

  async leaveCommand(id: string, wish: RunWish, at: number): Promise<RunCommand> {
    const text = encodeJson(wish);
    for (;;) {
      const run = await this.#commandOf(id);
      if (run === undefined) throw new Error(`There is no run ${id} to leave a command for`);
      const { command: waiting, commandCount: number } = run;
      if (waiting?.wish === text) return toCommand(id, waiting);
      if (waiting !== null) throw new CommandWaitingError(toCommand(id, waiting));
      const command = { number, at, wish: text };
      const { matchedCount } = await this.#runs.updateOne(
        { _id: id, command: null, commandCount: number },
        { $set: { command, commandCount: number + 1 } },
      );
      // Otherwise somebody was faster: the next look says what they want.
      if (matchedCount === 1) return toCommand(id, command);
    }
  }

  async waitingCommand(id: string): Promise<RunCommand | undefined> {
    const command = (await this.#commandOf(id))?.command;
    return command ? toCommand(id, command) : undefined;
  }

  async settleCommand({ runId, number }: RunCommand): Promise<void> {
    await this.#runs.updateOne(
      { _id: runId, 'command.number': number },
      { $set: { command: null } },
    );
  }

  async #findOne(filter: Filter<RunDocument>): Promise<RunRecord | undefined> {
    const run = await this.#runs.findOne<RunFields>(filter, { projection: RECORD_FIELDS });
    return run === null ? undefined : toRun(run);
  }

  async #commandOf(id: string): Promise<Pick<RunDocument, 'command' | 'commandCount'> | undefined> {
    const projection = { command: 1, commandCount: 1 };
    return (await this.#runs.findOne({ _id: id }, { projection })) ?? undefined;
  }
}

function filterOf({ statuses, datasetId, text }: RunQuery): Filter<RunDocument> {
  const pattern = { $regex: escaped(text ?? ''), $options: 'i' };
  return {
    ...(statuses && { status: { $in: [...statuses] } }),
    ...(datasetId !== undefined && { datasetId }),
    ...(pattern.$regex !== '' && { $or: [{ name: pattern }, { tags: pattern }] }),
  };
}

/** A pattern that means this very text. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
