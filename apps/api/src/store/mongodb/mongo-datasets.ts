import type { Collection, Db } from 'mongodb';
import type {
  DatasetRecord,
  DatasetStore,
  DatasetVersionRecord,
  ImportOutcome,
  NewDataset,
} from '../../datasets/dataset-store.js';
import type { Page, PageQuery } from '../store.js';
import { unlessThere } from './duplicate-key.js';
import { readPage } from './paging.js';

interface DatasetDocument extends Omit<DatasetRecord, 'id'> {
  readonly _id: string;
}

interface VersionDocument extends DatasetVersionRecord {
  /** Dataset and version. */
  readonly _id: string;
}

export class MongoDatasets implements DatasetStore {
  readonly #datasets: Collection<DatasetDocument>;
  readonly #versions: Collection<VersionDocument>;

  constructor(database: Db) {
    this.#datasets = database.collection<DatasetDocument>('datasets');
    this.#versions = database.collection<VersionDocument>('dataset_versions');
  }

  async create({ id, ...dataset }: NewDataset): Promise<DatasetRecord> {
    const fresh = { status: 'importing', error: null, problems: [], version: 0 } as const;
    const document = { _id: id, ...dataset, ...fresh };
    await this.#datasets.insertOne(document);
    return toDataset(document);
  }

  async find(id: string): Promise<DatasetRecord | undefined> {
    const dataset = await this.#datasets.findOne({ _id: id });
    return dataset === null ? undefined : toDataset(dataset);
  }

  async list(query: PageQuery): Promise<Page<DatasetRecord>> {
    const page = await readPage(this.#datasets, query, {
      field: 'createdAt',
      descending: true,
      filter: {},
      projection: {},
    });
    return { ...page, entries: page.entries.map(toDataset) };
  }

  async importing(): Promise<readonly DatasetRecord[]> {
    const datasets = await this.#datasets
      .find({ status: 'importing' })
      .sort({ createdAt: 1, _id: 1 })
      .toArray();
    return datasets.map(toDataset);
  }

  /** A version that is there and not yet the newest is one whose writer was cut off. */
  async addVersion(version: DatasetVersionRecord): Promise<void> {
    const { datasetId, version: number } = version;
    const document = { _id: versionId(datasetId, number), ...version };
    await this.#versions.insertOne(document).catch(unlessThere);
    await this.#datasets.updateOne({ _id: datasetId }, { $max: { version: number } });
  }

  async finishImport(id: string, outcome: ImportOutcome): Promise<boolean> {
    const { status, problems } = outcome;
    const error = outcome.status === 'failed' ? outcome.error : null;
    const { matchedCount } = await this.#datasets.updateOne(
      { _id: id, status: 'importing' },
      { $set: { status, error, problems } },
    );
    return matchedCount === 1;
  }

  async version(id: string, version: number): Promise<DatasetVersionRecord | undefined> {
    const key = { _id: versionId(id, version) };
    const found = await this.#versions.findOne<DatasetVersionRecord>(key, { projection });
    return found ?? undefined;
  }

  async versions(id: string): Promise<readonly DatasetVersionRecord[]> {
    return this.#versions
      .find<DatasetVersionRecord>({ datasetId: id }, { projection })
      .sort({ version: 1 })
      .toArray();
  }
}

/** A version without the id that it has here alone. */
const projection = { _id: 0 } as const;

const versionId = (datasetId: string, version: number) => `${datasetId}/${version}`;

function toDataset({ _id, ...dataset }: DatasetDocument): DatasetRecord {
  return { id: _id, ...dataset };
}
