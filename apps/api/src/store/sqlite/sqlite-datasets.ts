import { decodeJson, encodeJson } from '../../json-codec.js';
import type {
  DatasetRecord,
  DatasetStore,
  DatasetVersionRecord,
  ImportOutcome,
  NewDataset,
} from '../../datasets/dataset-store.js';
import type { Page, PageQuery } from '../store.js';
import { inTransaction, type SqliteDatabase } from './database.js';
import { readPage } from './paging.js';

interface DatasetRow {
  readonly id: string;
  readonly name: string;
  readonly demo: number;
  readonly created_at: number;
  readonly path: string;
  readonly label_rule: string;
  readonly valid_share: number;
  readonly seed: number;
  readonly status: string;
  readonly error: string | null;
  readonly problems: string;
  readonly version: number;
}

export class SqliteDatasets implements DatasetStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async create(dataset: NewDataset): Promise<DatasetRecord> {
    this.#database
      .prepare(
        `INSERT INTO datasets (id, name, demo, created_at, path, label_rule, valid_share, seed,
           status, error, problems, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'importing', NULL, '[]', 0)`,
      )
      .run(
        dataset.id,
        dataset.name,
        Number(dataset.demo),
        dataset.createdAt,
        dataset.path,
        dataset.labelRule,
        dataset.validShare,
        dataset.seed,
      );
    return Promise.resolve({
      ...dataset,
      status: 'importing',
      error: null,
      problems: [],
      version: 0,
    });
  }

  async find(id: string): Promise<DatasetRecord | undefined> {
    const row = this.#database.prepare('SELECT * FROM datasets WHERE id = ?').get(id);
    return Promise.resolve(row ? toDataset(row) : undefined);
  }

  async list(query: PageQuery): Promise<Page<DatasetRecord>> {
    const listing = {
      table: 'datasets',
      column: 'created_at',
      descending: true,
      conditions: [],
      parameters: [],
    };
    return Promise.resolve(readPage(this.#database, listing, { query, toEntry: toDataset }));
  }

  async importing(): Promise<readonly DatasetRecord[]> {
    const rows = this.#database
      .prepare(`SELECT * FROM datasets WHERE status = 'importing' ORDER BY created_at, id`)
      .all();
    return Promise.resolve(rows.map(toDataset));
  }

  async addVersion(version: DatasetVersionRecord): Promise<void> {
    const { datasetId, version: number, createdAt } = version;
    inTransaction(this.#database, () => {
      this.#database
        .prepare(
          `INSERT INTO dataset_versions (dataset_id, version, created_at, body) VALUES (?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
        )
        .run(datasetId, number, createdAt, encodeJson(version));
      this.#database
        .prepare('UPDATE datasets SET version = max(version, ?) WHERE id = ?')
        .run(number, datasetId);
    });
    return Promise.resolve();
  }

  async finishImport(id: string, outcome: ImportOutcome): Promise<boolean> {
    const error = outcome.status === 'failed' ? encodeJson(outcome.error) : null;
    const { changes } = this.#database
      .prepare(
        `UPDATE datasets SET status = ?, error = ?, problems = ?
         WHERE id = ? AND status = 'importing'`,
      )
      .run(outcome.status, error, encodeJson(outcome.problems), id);
    return Promise.resolve(changes === 1);
  }

  async version(id: string, version: number): Promise<DatasetVersionRecord | undefined> {
    const row = this.#database
      .prepare('SELECT body FROM dataset_versions WHERE dataset_id = ? AND version = ?')
      .get(id, version);
    return Promise.resolve(row ? toVersion(row) : undefined);
  }

  async versions(id: string): Promise<readonly DatasetVersionRecord[]> {
    const rows = this.#database
      .prepare('SELECT body FROM dataset_versions WHERE dataset_id = ? ORDER BY version')
      .all(id);
    return Promise.resolve(rows.map(toVersion));
  }
}

// The casts below trust rows and texts that this file alone has written.
function toDataset(row: unknown): DatasetRecord {
  const dataset = row as DatasetRow;
  return {
    id: dataset.id,
    name: dataset.name,
    demo: dataset.demo === 1,
    createdAt: dataset.created_at,
    path: dataset.path,
    labelRule: dataset.label_rule as DatasetRecord['labelRule'],
    validShare: dataset.valid_share,
    seed: dataset.seed,
    status: dataset.status as DatasetRecord['status'],
    error: dataset.error === null ? null : (decodeJson(dataset.error) as DatasetRecord['error']),
    problems: decodeJson(dataset.problems) as DatasetRecord['problems'],
    version: dataset.version,
  };
}

function toVersion(row: unknown): DatasetVersionRecord {
  return decodeJson((row as { body: string }).body) as DatasetVersionRecord;
}
