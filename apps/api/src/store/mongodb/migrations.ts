import type { Db, Document } from 'mongodb';
import { NewerSchemaError } from '../newer-schema-error.js';
import { unlessThere } from './duplicate-key.js';

/** One step of the schema. Two processes may take it at once, or one after the other once more. */
export type Migration = (database: Db) => Promise<void>;

/** The schema, step by step. A step that was released is never changed; new ones go to the end. */
export const migrations: readonly Migration[] = [
  async (database) => {
    await database.collection('runs').createIndexes([
      { key: { createdAt: 1, _id: 1 }, name: 'by_age' },
      { key: { name: 1, _id: 1 }, name: 'by_name' },
      { key: { status: 1, createdAt: 1, _id: 1 }, name: 'by_status' },
      { key: { datasetId: 1, createdAt: 1, _id: 1 }, name: 'by_dataset' },
      { key: { clientKey: 1 }, name: 'by_client_key', unique: true, sparse: true },
    ]);
    await database
      .collection('datasets')
      .createIndexes([{ key: { createdAt: 1, _id: 1 }, name: 'by_age' }]);
    await database
      .collection('dataset_versions')
      .createIndexes([{ key: { datasetId: 1, version: 1 }, name: 'by_dataset', unique: true }]);
  },
];

interface SchemaDocument extends Document {
  readonly _id: 'schema';
  readonly version: number;
}

/** Brings a database to the newest schema. Any number of processes may do so at the same time. */
export async function migrate(database: Db, steps = migrations): Promise<void> {
  const schema = database.collection<SchemaDocument>('schema');
  for (;;) {
    const version = (await schema.findOne({ _id: 'schema' }))?.version ?? 0;
    const step = steps[version];
    if (version === steps.length) return;
    if (step === undefined) {
      throw new NewerSchemaError({
        known: steps.length,
        found: version,
        fix: 'Use that version, or another database in MONGODB_URL',
      });
    }
    await step(database);
    if (version === 0) await schema.insertOne({ _id: 'schema', version: 1 }).catch(unlessThere);
    else await schema.updateOne({ _id: 'schema', version }, { $set: { version: version + 1 } });
  }
}
