import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';

/** Keeps a second program from the same folder. */
export const LOCK_FILE = 'whetstone.lock';

/** Another process works on this data folder. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';

  constructor(dataDir: string, cause: unknown) {
    super(
      `Expected ${dataDir} to be free, received: another Whetstone uses it. End that one first, or set DATA_DIR to another folder`,
      { cause },
    );
  }
}

/**
 * Holds a data folder for this process: two servers on one folder would take each other’s runs for
 * abandoned. The lock is the operating system’s, so a killed process leaves none behind.
 */
export function lockDataDir(dataDir: string): { close(): void } {
  mkdirSync(dataDir, { recursive: true });
  const lock = new Database(path.join(dataDir, LOCK_FILE), { timeout: 500 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new DataDirInUseError(dataDir, error);
  }
  let open = true;
  return {
    close() {
      if (!open) return;
      open = false;
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}
