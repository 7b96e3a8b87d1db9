import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { newRun, stop } from '../sample-records.conformance.js';
import { storeConformance } from '../store.conformance.js';
import type { Store } from '../store.js';
import { DataDirInUseError, lockDataDir } from './data-dir-lock.js';
import Database from 'libsql';
import { NewerSchemaError } from '../newer-schema-error.js';
import { openDatabase } from './database.js';
import { migrations } from './migrations.js';
import { openSqliteStore } from './sqlite-store.js';

const folders: string[] = [];
const stores: Store[] = [];

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-store-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
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

it('has everything in its one file once it is closed', async () => {
  const folder = await temporaryFolder();
  const store = openSqliteStore(path.join(folder, 'one.sqlite'));
  await store.remember('demo', 'ds_1');
  await store.close();
  await copyFile(path.join(folder, 'one.sqlite'), path.join(folder, 'other.sqlite'));
  const other = openSqliteStore(path.join(folder, 'other.sqlite'));
  stores.push(other);
  expect(await other.recall('demo')).toBe('ds_1');
});

it('refuses a database that a newer version has written', async () => {
  const file = path.join(await temporaryFolder(), 'one.sqlite');
  const database = openDatabase(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => openDatabase(file)).toThrow(NewerSchemaError);
});

/** Rows as the first version wrote them. */
const rowsOfOld = `
  INSERT INTO datasets VALUES
    ('ds_1', 'pets', 0, 5, '/images', 'parent-folder', 0.2, 42, 'ready', NULL, '[]', 1);
  INSERT INTO dataset_versions VALUES ('ds_1', 1, 6, '{"datasetId":"ds_1","version":1}');
  INSERT INTO runs VALUES
    ('run_1', 'first', '["a"]', 0, 7, 'ds_1', 1, '{"seed":42}', 'key', 'hash', 'running', 2, 1);
  INSERT INTO run_events VALUES
    ('run_1', 0, 1, 8, '{"type":"status","status":"queued","reason":null,"error":null}'),
    ('run_1', 1, 2, 9, '{"type":"status","status":"running","reason":null,"error":null}');
  INSERT INTO run_commands VALUES ('run_1', 0, 'stop', 10, 1), ('run_1', 1, 'pause', 11, 0);
  INSERT INTO kept_values VALUES ('demo', 'ds_1');`;

it.each(migrations.map((_step, index) => index + 1))(
  'brings a database of schema %i to the newest, with everything in it',
  async (version) => {
    const file = path.join(await temporaryFolder(), 'old.sqlite');
    const old = new Database(file);
    old.exec(migrations[0]!);
    old.exec(rowsOfOld);
    for (const step of migrations.slice(1, version)) old.exec(step);
    old.exec(`PRAGMA user_version = ${version}`);
    old.close();

    const store = openSqliteStore(file);
    stores.push(store);
    const run = await store.runs.findByClientKey('key');
    expect(run).toMatchObject({
      id: 'run_1',
      tags: ['a'],
      notes: '',
      starred: false,
      settings: { seed: 42 },
      status: 'running',
      attempt: 2,
      heldUntil: 0,
      lastSeq: 1,
    });
    const events = await store.runs.events('run_1', { after: -1, limit: 9 });
    expect(events.map(({ attempt, at }) => [attempt, at])).toEqual([
      [1, 8],
      [2, 9],
    ]);
    const waiting = await store.runs.waitingCommand('run_1');
    expect(waiting).toEqual({ runId: 'run_1', number: 1, command: 'pause', at: 11 });
    expect(await store.datasets.find('ds_1')).toMatchObject({ name: 'pets', version: 1 });
    expect(await store.datasets.version('ds_1', 1)).toMatchObject({ version: 1 });
    expect(await store.recall('demo')).toBe('ds_1');

    // It can be worked with like any other.
    await store.runs.append('run_1', [stop], { attempt: 2, seq: 2, at: 12 });
    await store.runs.settleCommand(waiting!);
    const { number } = await store.runs.leaveCommand('run_1', { command: 'stop' }, 13);
    expect(number).toBe(2);
    expect(await store.runs.create(newRun('run_2'))).toMatchObject({ status: 'queued' });
  },
);

it('a data folder is held by one at a time', async () => {
  const folder = await temporaryFolder();
  const lock = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
  lock.close();
  lock.close();
  lockDataDir(folder).close();
});
