import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { storeConformance } from '../store.conformance.js';
import type { Store } from '../store.js';
import { DataDirInUseError, lockDataDir } from './data-dir-lock.js';
import { NewerSchemaError, openDatabase } from './database.js';
import { openSqliteStore } from './sqlite-store.js';

const folders: string[] = [];
const stores: Store[] = [];

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-store-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

storeConformance(async () => {
  const file = path.join(await temporaryFolder(), 'deep', 'whetstone.sqlite');
  return {
    open: () => {
      const store = openSqliteStore(file);
      stores.push(store);
      return Promise.resolve(store);
    },
  };
});

it('writes ahead, so that readers and the writer do not wait for each other', async () => {
  const database = openDatabase(path.join(await temporaryFolder(), 'one.sqlite'));
  expect(database.pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  database.close();
});

it('refuses a database that a newer version has written', async () => {
  const file = path.join(await temporaryFolder(), 'one.sqlite');
  const database = openDatabase(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => openDatabase(file)).toThrow(NewerSchemaError);
});

it('a data folder is held by one at a time', async () => {
  const folder = await temporaryFolder();
  const lock = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
  lock.close();
  lock.close();
  lockDataDir(folder).close();
});
