import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { assertSameDataDir } from '../shared-data-dir.js';
import { DataDirInUseError, lockDataDir } from '../store/sqlite/data-dir-lock.js';
import { DATABASE_FILE, openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { openMongoStore } from '../store/mongodb/mongo-store.js';
import { everyRun } from '../store/everything.js';
import type { Store } from '../store/store.js';
import { AdminError } from './admin-error.js';
import { copyStore, type CopyOptions, type CopyReport } from './copy-store.js';
import { openStaging } from './staging.js';

export interface MigrateOptions extends Pick<CopyOptions, 'signal' | 'onProgress'> {
  readonly to: 'mongodb' | 'sqlite';
  readonly dataDir: string;
  readonly mongodbUrl: string;
}

/** Copies all runs and datasets from one store to the other. Files stay where they are, in the data folder. */
export async function migrate(options: MigrateOptions): Promise<CopyReport> {
  const { to, dataDir, mongodbUrl } = options;
  assertPlace(to, path.join(dataDir, DATABASE_FILE));
  const lock = lockOf(dataDir);
  try {
    const mongo = await openMongoStore(mongodbUrl);
    try {
      await assertSameDataDir(mongo, dataDir);
      await assertAtRest(mongo);
      return await (to === 'mongodb' ? intoMongo(mongo, options) : intoFile(mongo, options));
    } finally {
      await mongo.close();
    }
  } finally {
    lock.close();
  }
}

async function intoMongo(mongo: Store, options: MigrateOptions): Promise<CopyReport> {
  const file = openSqliteStore(path.join(options.dataDir, DATABASE_FILE));
  try {
    return await copyStore({ ...options, from: file, to: mongo });
  } finally {
    await file.close();
  }
}

/** The file gets its name once it is whole. */
async function intoFile(mongo: Store, options: MigrateOptions): Promise<CopyReport> {
  const target = path.join(options.dataDir, DATABASE_FILE);
  const staging = await openStaging(`${target}.partial`);
  try {
    const written = path.join(staging.folder, DATABASE_FILE);
    const file = openSqliteStore(written);
    const report = await copyStore({ ...options, from: mongo, to: file }).finally(() =>
      file.close(),
    );
    // Empty ones may lie there still, of a file that was moved away.
    for (const beside of besides(target)) await rm(beside, { force: true });
    await rename(written, target);
    return report;
  } finally {
    await staging.close();
  }
}

/** What SQLite puts beside its file: writes that are not in it yet, and an index of them. */
const besides = (file: string) => [`${file}-wal`, `${file}-shm`];

function assertPlace(to: MigrateOptions['to'], file: string): void {
  const isThere = existsSync(file);
  if (to === 'mongodb' && !isThere)
    throw new AdminError(
      'NO_DATA',
      `Expected a data folder with ${DATABASE_FILE}, received ${path.dirname(file)}, which has none. Set DATA_DIR to the folder that the program uses`,
    );
  if (to === 'mongodb') return;
  const [writes] = besides(file);
  // They would be taken for writes to the new file.
  const hasWrites = (statSync(writes!, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (isThere || hasWrites)
    throw new AdminError(
      'FILE_EXISTS',
      `Expected a data folder without ${DATABASE_FILE}, received ${isThere ? file : writes}, perhaps from before the runs were moved to MongoDB. Move ${DATABASE_FILE} away first, together with ${DATABASE_FILE}-wal and ${DATABASE_FILE}-shm if they are there; nothing of it is replaced or mixed with other runs`,
    );
}

function lockOf(dataDir: string): { close(): void } {
  try {
    return lockDataDir(dataDir);
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    throw new AdminError('IN_USE', error.message, error);
  }
}

/** Processes that train say so every few seconds. */
async function assertAtRest(mongo: Store): Promise<void> {
  for await (const { id, status, heldUntil } of everyRun(mongo.runs))
    if (status === 'running' && heldUntil > Date.now())
      throw new AdminError(
        'IN_USE',
        `Expected a database that nobody works on, received run ${id}, which trains. End every process with this MONGODB_URL first: runs go on from where they are`,
      );
}
