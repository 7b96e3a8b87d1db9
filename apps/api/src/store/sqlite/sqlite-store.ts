import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../store.js';
import { closeDatabase, openDatabase, type SqliteDatabase } from './database.js';
import { SqliteDatasets } from './sqlite-datasets.js';
import { SqliteRuns } from './sqlite-runs.js';

/** The store's file in a data folder. */
export const DATABASE_FILE = 'whetstone.sqlite';

/** Opens the store in a file, which is made if there is none. */
export function openSqliteStore(file: string): Store {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = openDatabase(file);
  let open = true;
  return {
    kind: 'SQLite',
    isShared: false,
    runs: new SqliteRuns(database),
    datasets: new SqliteDatasets(database),

    remember(name, value) {
      database
        .prepare('INSERT INTO kept_values (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
        .run(name, value);
      return Promise.resolve(keptValue(database, name) ?? value);
    },

    recall(name) {
      return Promise.resolve(keptValue(database, name));
    },

    async check() {
      database.prepare('SELECT 1').get();
      return Promise.resolve();
    },

    close() {
      if (open) closeDatabase(database);
      open = false;
      return Promise.resolve();
    },
  };
}

function keptValue(database: SqliteDatabase, name: string): string | undefined {
  const row = database.prepare('SELECT value FROM kept_values WHERE name = ?').get(name);
  const known = typeof row === 'object' && row !== null && 'value' in row;
  return known ? String(row.value) : undefined;
}
