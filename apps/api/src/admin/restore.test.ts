import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestSchema } from '../store/sqlite/database.js';
import { lockDataDir } from '../store/sqlite/data-dir-lock.js';
import { migrations } from '../store/sqlite/migrations.js';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { type ArchiveEntry, readArchive, withSums, writeArchive } from '../testing/archives.js';
import { cleanUp, temporaryFolder } from '../testing/test-app.js';
import { backUp } from './backup.js';
import { restore } from './restore.js';

const picture = `images/ab/${'ab'.repeat(32)}-64.jpg`;
const manifest = 'datasets/ds_1/v1.ndjson';

/** A backup of a small data folder, and its entries. */
let good: string;
let entries: readonly ArchiveEntry[];

beforeAll(async () => {
  const dir = await temporaryFolder();
  const dataDir = path.join(dir, 'data');
  const store = openSqliteStore(path.join(dataDir, 'whetstone.sqlite'));
  const seed = { demo: false, createdAt: 1, validShare: 0.2, seed: 42 };
  const named = { id: 'ds_1', name: 'one', path: '/images', labelRule: 'parent-folder' } as const;
  await store.datasets.create({ ...seed, ...named });
  const counts = { itemCount: 1, trainCount: 1, validCount: 0, classes: [], ...seed };
  await store.datasets.addVersion({ datasetId: 'ds_1', version: 1, ...counts });
  await store.close();
  for (const [file, content] of [
    [picture, Buffer.alloc(5000, 'picture')],
    [manifest, 'a manifest\n'],
  ] as const) {
    await mkdir(path.dirname(path.join(dataDir, file)), { recursive: true });
    await writeFile(path.join(dataDir, file), content);
  }
  good = path.join(dir, 'good.tar');
  await backUp({ dataDir, file: good });
  entries = await readArchive(good);
});
afterAll(cleanUp);

async function place() {
  const dir = await temporaryFolder();
  return { dir, dataDir: path.join(dir, 'data'), file: path.join(dir, 'one.tar') };
}

/** The header with something else in it. */
function withHeader(change: object): ArchiveEntry[] {
  const [header, ...rest] = entries;
  const said = JSON.parse(header!.content.toString()) as object;
  const content = Buffer.from(JSON.stringify({ ...said, ...change }));
  return withSums([{ ...header!, content }, ...rest]);
}

/** With one more entry, which the sums know of too. */
const withEntry = (one: ArchiveEntry): ArchiveEntry[] => withSums([...entries, one]);
const content = Buffer.from('content');
const exchanged = (name: string, other: Buffer) =>
  entries.map((one) => (one.name === name ? { ...one, content: other } : one));

it('a whole one is restored', async () => {
  const { dataDir, dir } = await place();
  await restore({ dataDir, file: good });
  expect(await readFile(path.join(dataDir, manifest), 'utf8')).toBe('a manifest\n');
  expect(await readdir(dir)).toEqual(['data']);
});

describe('an archive is refused, and nothing is restored, if it', () => {
  const lines = (change: (text: string) => string) => () =>
    exchanged(
      'SHA256SUMS',
      Buffer.from(change(entries.find(({ name }) => name === 'SHA256SUMS')!.content.toString())),
    );
  const cases: readonly (readonly [string, () => readonly ArchiveEntry[], string, string])[] = [
    ['has no entries', () => [], 'NOT_A_BACKUP', 'empty'],
    ['begins with another file', () => entries.slice(1), 'NOT_A_BACKUP', 'begins with'],
    ['is of another format', () => withHeader({ format: 'other' }), 'NOT_A_BACKUP', 'otherwise'],
    ['has sizes that are none', () => withHeader({ bytes: -1 }), 'NOT_A_BACKUP', 'otherwise'],
    [
      'is of a newer format',
      () => withHeader({ formatVersion: 2 }),
      'NEWER_VERSION',
      'received format 2',
    ],
    [
      'is of a newer schema',
      () => withHeader({ schema: newestSchema + 1 }),
      'NEWER_VERSION',
      `schema ${newestSchema + 1}`,
    ],
    ['lacks its end', () => entries.slice(0, -1), 'DAMAGED_BACKUP', 'ends early'],
    [
      'lacks a file that its sums name',
      () => entries.filter(({ name }) => name !== picture),
      'DAMAGED_BACKUP',
      '2 files of 3',
    ],
    [
      'lacks a file that its sums do not name',
      () => withSums(entries.filter(({ name }) => name !== picture)),
      'DAMAGED_BACKUP',
      '2 files of 3',
    ],
    [
      'has a changed file',
      () => exchanged(picture, Buffer.alloc(5000, 'another')),
      'DAMAGED_BACKUP',
      'another content',
    ],
    [
      'has a sum that is none',
      lines((text) => text.replace(/^../, 'xx')),
      'DAMAGED_BACKUP',
      'other lines',
    ],
    [
      'has a sum of another file',
      lines((text) => `${'0'.repeat(64)}  images/none\n${text}`),
      'DAMAGED_BACKUP',
      'none of "images/none"',
    ],
    [
      'has more than it says',
      () => withEntry({ name: picture.replace('-64', '-96'), content }),
      'DAMAGED_BACKUP',
      'more than the 3 files',
    ],
    ['has more bytes than it says', () => withHeader({ bytes: 20 }), 'DAMAGED_BACKUP', 'more than'],
    [
      'has a file twice',
      () => withSums([...withHeader({ files: 4, bytes: 1e6 }), { name: picture, content }]),
      'DAMAGED_BACKUP',
      'twice',
    ],
    [
      'goes on behind its end',
      () => [...entries, { name: manifest, content }],
      'DAMAGED_BACKUP',
      'behind its last',
    ],
    [
      'has a database that is none',
      () => withSums(exchanged('whetstone.sqlite', Buffer.alloc(1000, 'x'))),
      'DAMAGED_BACKUP',
      'whetstone.sqlite',
    ],
    ...[
      '../outside',
      '/etc/outside',
      'images/../../outside',
      'runs/../outside',
      'runs/run_1/..',
      'whetstone.lock',
      'scratch/outside',
      'runs/run_1/a/b',
      'images\\outside',
    ].map(
      (name) =>
        [
          `has a file at ${name}`,
          () => withEntry({ name, content }),
          'DAMAGED_BACKUP',
          'no file of a backup',
        ] as const,
    ),
    ...(['symlink', 'link', 'directory'] as const).map(
      (type) =>
        [
          `has a ${type}`,
          () =>
            withEntry({
              name: 'runs/run_1/x',
              content: Buffer.alloc(0),
              type,
              linkname: '/etc/passwd',
            }),
          'DAMAGED_BACKUP',
          `which is a ${type}`,
        ] as const,
    ),
  ];

  it.each(cases)('%s', async (...[, made, code, said]) => {
    const { dir, dataDir, file } = await place();
    await writeArchive(file, made());
    const failure = await restore({ dataDir, file }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).toContain(said);
    expect(await readdir(dir)).toEqual(['one.tar']);
    expect(existsSync(path.join(dir, '../outside'))).toBe(false);
  });

  it('is torn, wherever', async () => {
    const { dir, dataDir, file } = await place();
    const whole = await readFile(good);
    const torn = Array.from({ length: 12 }, (_, part) => Math.floor((whole.length * part) / 12));
    // The last two blocks of an archive are empty: without them all of its files are there.
    for (const bytes of [...torn, whole.length - 1024 - 600]) {
      await writeFile(file, whole);
      await truncate(file, bytes);
      const failure = await restore({ dataDir, file }).catch((error: unknown) => error);
      expect(['NOT_A_BACKUP', 'DAMAGED_BACKUP']).toContain((failure as { code: string }).code);
      expect(await readdir(dir)).toEqual(['one.tar']);
    }
  });

  it('is changed anywhere', async () => {
    const { dir, dataDir, file } = await place();
    const whole = await readFile(good);
    const contents = whole.indexOf('picturepicture');
    for (const place of [contents, contents + 4999, whole.indexOf('SQLite format') + 2000]) {
      const changed = Buffer.from(whole);
      changed[place]! ^= 1;
      await writeFile(file, changed);
      await expect(restore({ dataDir, file })).rejects.toMatchObject({ code: 'DAMAGED_BACKUP' });
      expect(await readdir(dir)).toEqual(['one.tar']);
    }
  });

  it.each([
    ['is compressed', () => gzipSync(Buffer.alloc(10_000, 'x'))],
    ['is something else', () => Buffer.alloc(10_000, 'something else ')],
  ])('%s', async (_sentence, made) => {
    const { dataDir, file } = await place();
    await writeFile(file, made());
    await expect(restore({ dataDir, file })).rejects.toMatchObject({ code: 'DAMAGED_BACKUP' });
  });

  it('is not there, or a folder', async () => {
    const { dir, dataDir, file } = await place();
    for (const one of [file, dir])
      await expect(restore({ dataDir, file: one })).rejects.toMatchObject({ code: 'NOT_A_BACKUP' });
  });
});

describe('a data folder', () => {
  it('with anything in it stays as it is', async () => {
    const { dataDir } = await place();
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'mine'), 'mine');
    const restoring = restore({ dataDir, file: good });
    await expect(restoring).rejects.toMatchObject({ code: 'NOT_EMPTY' });
    await expect(restoring).rejects.toThrow('mine');
    expect(await readdir(dataDir)).toEqual(['mine']);
  });

  it('that a program has is refused, even an empty one', async () => {
    const { dataDir } = await place();
    const lock = lockDataDir(dataDir);
    await expect(restore({ dataDir, file: good })).rejects.toMatchObject({ code: 'IN_USE' });
    lock.close();
    // What is left is a lock that nobody holds.
    await restore({ dataDir, file: good });
    expect(existsSync(path.join(dataDir, manifest))).toBe(true);
  });

  it('that a program begins to use meanwhile is left to it', async () => {
    const { dir, dataDir } = await place();
    let store: { close(): void } | undefined;
    const restoring = restore({
      dataDir,
      file: good,
      onProgress: () => {
        store ??= openSqliteStore(path.join(dataDir, 'whetstone.sqlite'));
      },
    });
    await expect(restoring).rejects.toMatchObject({ code: 'CANNOT_MOVE' });
    store?.close();
    expect(await readdir(dir)).toEqual(['data']);
    expect(existsSync(path.join(dataDir, manifest))).toBe(false);
  });

  it('may be there already if it is empty', async () => {
    const { dataDir } = await place();
    await mkdir(dataDir);
    await restore({ dataDir, file: good });
    expect(existsSync(path.join(dataDir, manifest))).toBe(true);
  });
});

it('an older database is brought to the schema of this version', async () => {
  const { dir, dataDir, file } = await place();
  const old = path.join(dir, 'old.sqlite');
  const database = new Database(old);
  database.exec(`${migrations[0]!}; PRAGMA user_version = 1`);
  database.exec(`INSERT INTO datasets VALUES ('ds_1', 'old', 0, 1, '/x', 'parent-folder', 0.2, 1, 'ready', NULL, '[]', 1);
    INSERT INTO runs VALUES ('run_1', 'old', '[]', 0, 1, 'ds_1', 1, '{}', NULL, 'h', 'succeeded', 1, -1)`);
  database.close();
  const [header, ...rest] = withHeader({ schema: 1, bytes: 1e6 });
  const older = rest.map((one) => one);
  const at = older.findIndex(({ name }) => name === 'whetstone.sqlite');
  older[at] = { name: 'whetstone.sqlite', content: await readFile(old) };
  await writeArchive(file, withSums([header!, ...older]));
  await restore({ dataDir, file });
  const store = openSqliteStore(path.join(dataDir, 'whetstone.sqlite'));
  expect(await store.runs.find('run_1')).toMatchObject({ name: 'old', notes: '', starred: false });
  await store.close();
});
