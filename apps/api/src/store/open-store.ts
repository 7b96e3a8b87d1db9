import path from 'node:path';
import type { Config } from '../config.js';
import { DATABASE_FILE, openSqliteStore } from './sqlite/sqlite-store.js';
import type { Store } from './store.js';

/** Opens the store that the environment asks for. */
export async function openStore({
  mongodbUrl,
  dataDir,
}: Pick<Config, 'mongodbUrl' | 'dataDir'>): Promise<Store> {
  if (mongodbUrl === null) return openSqliteStore(path.join(dataDir, DATABASE_FILE));
  // Loaded only where it is used: the driver takes a quarter of a second.
  const { openMongoStore } = await import('./mongodb/mongo-store.js');
  return openMongoStore(mongodbUrl);
}
