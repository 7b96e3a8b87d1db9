import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { openDatabase } from '../store/sqlite/database.js';
import { DataDirInUseError, LOCK_FILE, lockDataDir } from '../store/sqlite/data-dir-lock.js';
import { DATABASE_FILE } from '../store/sqlite/sqlite-store.js';
import { AdminError } from './admin-error.js';
import type { BackupHeader } from './archive-format.js';
import { unpack } from './archive-reader.js';
import { assertRoom, openStaging } from './staging.js';

export interface RestoreOptions {
  /** Where the data goes; missing or empty. */
  readonly dataDir: string;
  readonly file: string;
  readonly signal?: AbortSignal;
  /** Hears how many bytes are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Puts a backup where no data are, whole or not at all. */
export async function restore(options: RestoreOptions): Promise<BackupHeader> {
  const { dataDir, file } = options;
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile())
    throw new AdminError(
      'NOT_A_BACKUP',
      `Expected a file that \`npm run backup\` has written, received ${file}, ${found ? 'which is no file' : 'which there is not'}`,
    );
  await assertEmpty(dataDir);
  await mkdir(path.dirname(dataDir), { recursive: true });
  const staging = await openStaging(`${dataDir}.restoring`);
  try {
    const header = await unpack({
      ...options,
      folder: staging.folder,
      // A header that lies about its size is found out by what it is compared with, before the disk is full.
      onHeader: ({ bytes }) => assertRoom(staging.folder, Math.max(bytes, found.size)),
    });
    bringUpToDate(path.join(staging.folder, DATABASE_FILE));
    await moveInto(dataDir, staging.folder);
    return header;
  } finally {
    await staging.close();
  }
}

/** Only what a program that was ended may leave is nothing. */
async function assertEmpty(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const names = await readdir(dataDir);
  if (names.includes(LOCK_FILE)) assertUnused(dataDir);
  const others = names.filter((name) => name !== LOCK_FILE);
  if (others.length === 0) return;
  throw new AdminError(
    'NOT_EMPTY',
    `Expected a data folder that is empty or not there, received ${dataDir} with ${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''}. Move it away, or set DATA_DIR to another folder`,
  );
}

function assertUnused(dataDir: string): void {
  try {
    lockDataDir(dataDir).close();
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    throw new AdminError('IN_USE', error.message, error);
  }
}

/** Checks the database, and brings it to this version's schema. */
function bringUpToDate(file: string): void {
  if (!existsSync(file)) throw unreadable(file, 'there is none');
  try {
    const database = openDatabase(file);
    const answer = database.prepare('PRAGMA quick_check').get() as { quick_check?: string };
    database.close();
    if (answer.quick_check !== 'ok') throw new Error(answer.quick_check ?? 'no answer');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, why: unknown): AdminError {
  return new AdminError(
    'DAMAGED_BACKUP',
    `Expected a backup with a database that can be read, received ${path.basename(file)}: ${why instanceof Error ? why.message : String(why)}. Nothing was restored. Take another backup`,
    why,
  );
}

/** One step of the file system: before it there is nothing, after it everything. */
async function moveInto(dataDir: string, folder: string): Promise<void> {
  try {
    await rm(path.join(dataDir, LOCK_FILE), { force: true });
    await rename(folder, dataDir);
  } catch (error) {
    throw new AdminError(
      'CANNOT_MOVE',
      `Expected to move the restored folder to ${dataDir}, received: ${error instanceof Error ? error.message : String(error)}. The data folder has to be empty still, and cannot be a mount by itself: set DATA_DIR to a folder within it`,
      error,
    );
  }
}
