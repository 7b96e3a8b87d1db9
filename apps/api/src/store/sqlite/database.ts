import Database from 'libsql';
import { NewerSchemaError } from '../newer-schema-error.js';
import { migrations } from './migrations.js';

/** Waits this long for another writer before it gives up. */
const BUSY_TIMEOUT_MS = 5000;

export type SqliteDatabase = Database.Database;

/** Opens a file in WAL mode and brings it to the newest schema. */
export function openDatabase(file: string): SqliteDatabase {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  // The log survives a crash of the program; a power cut may cost its last moments, never its order.
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  migrate(database);
  return database;
}

/** Closes a file of which nobody else has a part open: everything is in it then, and nothing beside it. */
export function closeDatabase(database: SqliteDatabase): void {
  try {
    // The library keeps its hold until its objects are collected, so that SQLite does not do so itself.
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/**
 * Runs `work` as one write: all of it or nothing. The library's own way hides what went wrong behind
 * a rollback that fails, where SQLite has rolled back by itself, as it does when the disk is full.
 */
export function inTransaction<Result>(database: SqliteDatabase, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** The schema that this version of the program works with. */
export const newestSchema = migrations.length;

function migrate(database: SqliteDatabase): void {
  inTransaction(database, () => {
    const version = schemaVersion(database);
    if (version > migrations.length) {
      throw new NewerSchemaError({
        known: migrations.length,
        found: version,
        fix: 'Use that version, or another DATA_DIR',
      });
    }
    for (const statements of migrations.slice(version)) database.exec(statements);
    if (version < migrations.length) database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function schemaVersion(database: SqliteDatabase): number {
  const row = database.prepare('PRAGMA user_version').get();
  const known = typeof row === 'object' && row !== null && 'user_version' in row;
  return known ? Number(row.user_version) : 0;
}
