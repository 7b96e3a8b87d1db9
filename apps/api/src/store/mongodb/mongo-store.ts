import type { Store } from '../store.js';
import { connect } from './connection.js';
import { unlessThere } from './duplicate-key.js';
import { migrate } from './migrations.js';
import { MongoDatasets } from './mongo-datasets.js';
import { MongoRuns } from './mongo-runs.js';

interface KeptValue {
  readonly _id: string;
  readonly value: string;
}

/** Opens the store in the database that a URL names. */
export async function openMongoStore(url: string): Promise<Store> {
  const connection = await connect(url);
  const { database } = connection;
  const runs = new MongoRuns(database);
  const values = database.collection<KeptValue>('kept_values');
  try {
    await migrate(database);
    await runs.finishRemovals();
  } catch (error) {
    await connection.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  const recall = async (name: string) => (await values.findOne({ _id: name }))?.value;
  return {
    kind: 'MongoDB',
    isShared: true,
    runs,
    datasets: new MongoDatasets(database),
    recall,

    async remember(name, value) {
      await values.insertOne({ _id: name, value }).catch(unlessThere);
      return (await recall(name)) ?? value;
    },

    async check() {
      // As others read and write: of the primary, and of what a majority has.
      await recall('');
    },

    close: () => (closed ??= connection.close()),
  };
}
