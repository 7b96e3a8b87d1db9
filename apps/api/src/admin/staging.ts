import { mkdirSync } from 'node:fs';
import { readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { DataDirInUseError, LOCK_FILE, lockDataDir } from '../store/sqlite/data-dir-lock.js';
import { AdminError } from './admin-error.js';

/** A folder for work in progress, beside where the result will be. */
export interface Staging {
  readonly folder: string;
  /** Lets the folder go, and removes it unless it was moved. */
  close(): Promise<void>;
}

/** Makes such a folder. What a command that was killed left in it goes; one that lives is not disturbed. */
export async function openStaging(folder: string): Promise<Staging> {
  mkdirSync(folder, { recursive: true });
  const lock = lockOf(folder);
  for (const name of await readdir(folder))
    if (name !== LOCK_FILE) await rm(path.join(folder, name), { recursive: true });
  return {
    folder,
    async close() {
      // Before anyone else can have it.
      await rm(folder, { recursive: true, force: true });
      lock.close();
    },
  };
}

function lockOf(folder: string): { close(): void } {
  try {
    return lockDataDir(folder);
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    throw new AdminError(
      'IN_USE',
      `Expected to work in ${folder} alone, received: another such command works there. Wait until it has ended`,
      error,
    );
  }
}

/** Throws unless a folder's disk takes so many bytes. */
export async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new AdminError(
    'NO_ROOM',
    `Expected room for ${megabytes(bytes)} on the disk of ${folder}, received ${megabytes(bavail * bsize)}. Make room, or choose another disk`,
  );
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
