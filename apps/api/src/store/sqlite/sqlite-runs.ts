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
import { assertMayAppend, lastStatus, type LogEnd } from '../append-rules.js';
import type { Page } from '../store.js';
import { adjustmentOf, isSame, toCommand, toEvent, toRun } from './run-rows.js';
import { inTransaction, type SqliteDatabase } from './database.js';
import { type Listing, readPage } from './paging.js';
import { isUniqueViolation } from './unique-violation.js';

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
    return Promise.resolve({ ...run, ...UNCLAIMED });
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

  async claim(id: string, { expected, heldUntil }: Claim): Promise<boolean> {
    const { changes } = this.#database
      .prepare('UPDATE runs SET attempt = attempt + 1, held_until = ? WHERE id = ? AND attempt = ?')
      .run(heldUntil, id, expected);
    return Promise.resolve(changes === 1);
  }

  async hold(id: string, attempt: number, heldUntil: number): Promise<boolean> {
    const { changes } = this.#database
      .prepare('UPDATE runs SET held_until = ? WHERE id = ? AND attempt = ?')
      .run(heldUntil, id, attempt);
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
        .run(options.seq + facts.length - 1, lastStatus(facts) ?? null, id);
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
    conditions.push(
      `(name LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value LIKE ? ESCAPE '\\'))`,
    );
    parameters.push(pattern, pattern);
  }
  const column = orderBy === 'name' ? 'name' : 'created_at';
  return { table: 'runs', column, descending, conditions, parameters };
}
