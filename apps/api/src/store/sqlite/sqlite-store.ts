import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../store.js';
import { openDatabase } from './database.js';
import { SqliteDatasets } from './sqlite-datasets.js';
import { SqliteRuns } from './sqlite-runs.js';

/** Opens the store in a file, which is made if there is none. */
export function openSqliteStore(file: string): Store {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = openDatabase(file);
  let open = true;
  return {
    kind: 'SQLite',
    runs: new SqliteRuns(database),
    datasets: new SqliteDatasets(database),

    once(name) {
      const { changes } = database
        .prepare('INSERT INTO done_once (name) VALUES (?) ON CONFLICT DO NOTHING')
        .run(name);
      return Promise.resolve(changes === 1);
    },

    async check() {
      database.prepare('SELECT 1').get();
      return Promise.resolve();
    },

    close() {
      if (!open) return;
      open = false;
      database.close();
    },
  };
}
