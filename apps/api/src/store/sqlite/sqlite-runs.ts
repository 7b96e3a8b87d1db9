import type { FitAdjustment } from '@whetstone/training';
import { decodeJson, encodeJson } from '../../json-codec.js';
import type { RunEvent, RunFact } from '../../runs/run-event.js';
import {
  type AppendOptions,
  AttemptLostError,
  ClientKeyTakenError,
  CommandWaitingError,
  type NewRun,
  type RunCommand,
  type RunLabels,
  type RunQuery,
  type RunRecord,
  type RunStore,
  type RunWish,
  SeqTakenError,
} from '../../runs/run-store.js';
import type { Page } from '../store.js';
import { inTransaction, type SqliteDatabase } from './database.js';
import { type Listing, readPage } from './paging.js';
import { isUniqueViolation } from './unique-violation.js';

interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly tags: string;
  readonly notes: string;
  readonly starred: number;
  readonly demo: number;
  readonly created_at: number;
  readonly dataset_id: string;
  readonly dataset_version: number;
  readonly settings: string;
  readonly client_key: string | null;
  readonly input_hash: string;
  readonly status: string;
  readonly attempt: number;
  readonly last_seq: number;
}

export class SqliteRuns implements RunStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async create(run: NewRun): Promise<RunRecord> {
    try {
      this.#database
        .prepare(
          `INSERT INTO runs (id, name, tags, notes, starred, demo, created_at, dataset_id, dataset_version,
             settings, client_key, input_hash, status, attempt, last_seq)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, -1)`,
        )
        .run(
          run.id,
          run.name,
          encodeJson(run.tags),
          run.notes,
          Number(run.starred),
          Number(run.demo),
          run.createdAt,
          run.datasetId,
          run.datasetVersion,
          encodeJson(run.settings),
          run.clientKey,
          run.inputHash,
        );
    } catch (error) {
      if (run.clientKey !== null && isUniqueViolation(error))
        throw new ClientKeyTakenError(`Another run has the client key "${run.clientKey}"`);
      throw error;
    }
    return Promise.resolve({ ...run, status: 'queued', attempt: 0, lastSeq: -1 });
  }

  async find(id: string): Promise<RunRecord | undefined> {
    const row = this.#database.prepare('SELECT * FROM runs WHERE id = ?').get(id);
    return Promise.resolve(row ? toRun(row) : undefined);
  }

  async relabel(
    id: string,
    { name, tags, notes, starred }: Partial<RunLabels>,
  ): Promise<RunRecord | undefined> {
    this.#database
      .prepare(
        `UPDATE runs SET name = coalesce(?, name), tags = coalesce(?, tags),
           notes = coalesce(?, notes), starred = coalesce(?, starred) WHERE id = ?`,
      )
      .run(
        name ?? null,
        tags === undefined ? null : encodeJson(tags),
        notes ?? null,
        starred === undefined ? null : Number(starred),
        id,
      );
    return this.find(id);
  }

  async remove(id: string): Promise<void> {
    inTransaction(this.#database, () => {
      for (const table of ['run_commands', 'run_events'])
        this.#database.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(id);
      this.#database.prepare('DELETE FROM runs WHERE id = ?').run(id);
    });
    return Promise.resolve();
  }

  async findByClientKey(clientKey: string): Promise<RunRecord | undefined> {
    const row = this.#database.prepare('SELECT * FROM runs WHERE client_key = ?').get(clientKey);
    return Promise.resolve(row ? toRun(row) : undefined);
  }

  async list(query: RunQuery): Promise<Page<RunRecord>> {
    return Promise.resolve(readPage(this.#database, listingOf(query), { query, toEntry: toRun }));
  }

  async claim(id: string, expected: number): Promise<boolean> {
    const { changes } = this.#database
      .prepare('UPDATE runs SET attempt = attempt + 1 WHERE id = ? AND attempt = ?')
      .run(id, expected);
    return Promise.resolve(changes === 1);
  }

  async append(id: string, facts: readonly RunFact[], options: AppendOptions): Promise<void> {
    const insert = this.#database.prepare(
      'INSERT INTO run_events (run_id, seq, attempt, at, fact) VALUES (?, ?, ?, ?, ?)',
    );
    inTransaction(this.#database, () => {
      assertMayAppend(this.#logEnd(id), options);
      for (const [index, fact] of facts.entries()) {
        insert.run(id, options.seq + index, options.attempt, options.at, encodeJson(fact));
      }
      this.#database
        .prepare('UPDATE runs SET last_seq = ?, status = coalesce(?, status) WHERE id = ?')
        .run(options.seq + facts.length - 1, lastStatus(facts), id);
    });
    return Promise.resolve();
  }

  async events(
    id: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<readonly RunEvent[]> {
    const rows = this.#database
      .prepare(
        'SELECT seq, attempt, at, fact FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      )
      .all(id, after, limit);
    return Promise.resolve(rows.map((row) => toEvent(id, row)));
  }

  async leaveCommand(id: string, wish: RunWish, at: number): Promise<RunCommand> {
    const left = inTransaction(this.#database, (): RunCommand => {
      const waiting = this.#waiting(id);
      if (waiting !== undefined && isSame(waiting, wish)) return waiting;
      if (waiting !== undefined) throw new CommandWaitingError(waiting);
      const { count } = this.#database
        .prepare('SELECT count(*) AS count FROM run_commands WHERE run_id = ?')
        .get(id) as { count: number };
      this.#database
        .prepare(
          'INSERT INTO run_commands (run_id, number, command, adjustment, at, settled) VALUES (?, ?, ?, ?, ?, 0)',
        )
        .run(id, count, wish.command, adjustmentOf(wish), at);
      return { ...wish, runId: id, number: count, at };
    });
    return Promise.resolve(left);
  }

  async waitingCommand(id: string): Promise<RunCommand | undefined> {
    return Promise.resolve(this.#waiting(id));
  }

  async settleCommand({ runId, number }: RunCommand): Promise<void> {
    this.#database
      .prepare('UPDATE run_commands SET settled = 1 WHERE run_id = ? AND number = ?')
      .run(runId, number);
    return Promise.resolve();
  }

  #waiting(id: string): RunCommand | undefined {
    const row = this.#database
      .prepare('SELECT * FROM run_commands WHERE run_id = ? AND settled = 0')
      .get(id);
    return row === undefined ? undefined : toCommand(row);
  }

  #logEnd(id: string): LogEnd {
    const row = this.#database
      .prepare('SELECT attempt, last_seq AS lastSeq FROM runs WHERE id = ?')
      .get(id);
    if (!row) throw new Error(`There is no run ${id} to append to`);
    return row as LogEnd;
  }
}

interface LogEnd {
  readonly attempt: number;
  readonly lastSeq: number;
}

function assertMayAppend(end: LogEnd, { attempt, seq }: AppendOptions): void {
  if (attempt !== end.attempt) {
    throw new AttemptLostError(
      `Attempt ${attempt} no longer holds the run: attempt ${end.attempt} does`,
    );
  }
  if (seq !== end.lastSeq + 1) {
    throw new SeqTakenError(`Expected the next event at ${end.lastSeq + 1}, received ${seq}`);
  }
}

function lastStatus(facts: readonly RunFact[]): string | null {
  const fact = facts.findLast((one) => one.type === 'status');
  return fact?.type === 'status' ? fact.status : null;
}

function listingOf({ statuses, datasetId, text, orderBy, descending }: RunQuery): Listing {
  const conditions: string[] = [];
  const parameters: string[] = [];
  if (statuses !== undefined) {
    conditions.push(`status IN (${statuses.map(() => '?').join(', ')})`);
    parameters.push(...statuses);
  }
  if (datasetId !== undefined) {
    conditions.push('dataset_id = ?');
    parameters.push(datasetId);
  }
  if (text !== undefined && text !== '') {
    const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    conditions.push(`(name LIKE ? ESCAPE '\\' OR tags LIKE ? ESCAPE '\\')`);
    parameters.push(pattern, pattern);
  }
  const column = orderBy === 'name' ? 'name' : 'created_at';
  return { table: 'runs', column, descending, conditions, parameters };
}

// The casts below trust rows and texts that this file alone has written.
function toRun(row: unknown): RunRecord {
  const run = row as RunRow;
  return {
    id: run.id,
    name: run.name,
    tags: decodeJson(run.tags) as string[],
    notes: run.notes,
    starred: run.starred === 1,
    demo: run.demo === 1,
    createdAt: run.created_at,
    datasetId: run.dataset_id,
    datasetVersion: run.dataset_version,
    settings: decodeJson(run.settings) as RunRecord['settings'],
    clientKey: run.client_key,
    inputHash: run.input_hash,
    status: run.status as RunRecord['status'],
    attempt: run.attempt,
    lastSeq: run.last_seq,
  };
}

function toEvent(runId: string, row: unknown): RunEvent {
  const { fact, ...rest } = row as Omit<RunEvent, 'runId' | 'fact'> & { fact: string };
  return { runId, ...rest, fact: decodeJson(fact) as RunFact };
}

interface CommandRow {
  readonly run_id: string;
  readonly number: number;
  readonly command: RunWish['command'];
  readonly adjustment: string | null;
  readonly at: number;
}

function toCommand(row: unknown): RunCommand {
  const { run_id, number, command, adjustment, at } = row as CommandRow;
  const place = { runId: run_id, number, at };
  // Rows are ours: an adjustment stands beside its command.
  return command === 'adjust'
    ? { ...place, command, adjustment: JSON.parse(adjustment!) as FitAdjustment }
    : { ...place, command };
}

function adjustmentOf(wish: RunWish): string | null {
  return wish.command === 'adjust' ? JSON.stringify(wish.adjustment) : null;
}

const isSame = (one: RunWish, other: RunWish): boolean =>
  one.command === other.command && adjustmentOf(one) === adjustmentOf(other);
