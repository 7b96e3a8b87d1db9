import Database from 'libsql';

/** How long it waits for a writer, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** Copies a database, as it is at one moment, into a new file, whoever writes to it meanwhile. */
export function snapshotDatabase(file: string, copy: string): void {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.prepare('VACUUM INTO ?').run(copy);
  } finally {
    database.close();
  }
}
