import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { cleanUp, temporaryFolder } from '../testing/test-app.js';
import { readCommand } from './admin-config.js';
import { backUp } from './backup.js';
import { restore } from './restore.js';

const main = new URL('./main.ts', import.meta.url).pathname;
const mounted: string[] = [];
afterEach(async () => {
  for (const disk of mounted.splice(0)) spawnSync('umount', ['-l', disk]);
  await cleanUp();
});

describe('readCommand', () => {
  it('takes files from where npm was called, and data from where it works', () => {
    const environment = { INIT_CWD: '/home/me', DATA_DIR: 'data' };
    expect(readCommand(['backup', 'one.tar'], environment, '/project')).toEqual({
      name: 'backup',
      file: '/home/me/one.tar',
      dataDir: '/project/data',
    });
    expect(readCommand(['restore', '/one.tar'], {}, '/project')).toEqual({
      name: 'restore',
      file: '/one.tar',
      dataDir: '/project/.whetstone',
    });
  });

  it.each([
    ['nothing', []],
    ['no file', ['backup']],
    ['two files', ['backup', 'one', 'two']],
    ['an option', ['backup', '--fast']],
    ['another command', ['destroy', 'one']],
    ['a move to nowhere', ['migrate', 'mysql']],
  ])('refuses %s, and says how it is done', (_sentence, commandLine) => {
    expect(() => readCommand(commandLine, {})).toThrow(/Expected backup FILE[^]*npm run backup/);
  });

  it('takes the database that runs are moved to or from', () => {
    const environment = { MONGODB_URL: ' mongodb://127.0.0.1/whetstone ', DATA_DIR: '/data' };
    expect(readCommand(['migrate', 'sqlite'], environment)).toEqual({
      name: 'migrate',
      to: 'sqlite',
      mongodbUrl: 'mongodb://127.0.0.1/whetstone',
      dataDir: '/data',
    });
    expect(() => readCommand(['migrate', 'mongodb'], {})).toThrow('MONGODB_URL');
  });

  it('refuses data that are elsewhere', () => {
    const environment = { MONGODB_URL: 'mongodb://127.0.0.1/whetstone' };
    expect(() => readCommand(['backup', 'one'], environment)).toThrow('mongodump');
  });
});

function begin(commandLine: readonly string[], dataDir: string): ChildProcess {
  const loader = ['--import=tsx', '--conditions=@whetstone/source'];
  return spawn(process.execPath, [...loader, main, ...commandLine], {
    env: { ...process.env, DATA_DIR: dataDir, INIT_CWD: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function called(commandLine: readonly string[], dataDir: string) {
  const child = begin(commandLine, dataDir);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await ended, out, error };
}

/** A data folder with pictures, most of them holes, which take no room but time. */
async function dataFolder(pictures: number, megabytes: number) {
  const dir = await temporaryFolder();
  const dataDir = path.join(dir, 'data');
  await openSqliteStore(path.join(dataDir, 'whetstone.sqlite')).close();
  await mkdir(path.join(dataDir, 'images/ab'), { recursive: true });
  for (let index = 0; index < pictures; index += 1) {
    const name = `${String(index).padStart(64, 'a')}-64.jpg`;
    const picture = await open(path.join(dataDir, 'images/ab', name), 'w');
    await picture.truncate(megabytes * 1e6);
    await picture.close();
  }
  return { dir, dataDir, file: path.join(dir, 'one.tar') };
}

describe('the command', () => {
  it('says what it did, and ends with 0', async () => {
    const { dir, dataDir, file } = await dataFolder(2, 1);
    const backup = await called(['backup', file], dataDir);
    expect(backup).toMatchObject({ code: 0, error: '' });
    expect(backup.out).toMatch(/^Backed up .*: 3 files, 2\.\d MB in .*one\.tar\n$/);
    const restored = await called(['restore', file], path.join(dir, 'other'));
    expect(restored).toMatchObject({ code: 0, error: '' });
    expect(restored.out).toMatch(/^Restored .*other: 3 files, 2\.\d MB of 20/);
  });

  it('says what is wrong, and ends with 1, or with 64 if it was called in the wrong way', async () => {
    const { dir, dataDir, file } = await dataFolder(0, 1);
    const wrong = await called(['restore', file], dataDir);
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.error).toContain(`received ${file}, which there is not`);
    expect(await called([], dir)).toMatchObject({ code: 64, out: '' });
    expect((await called(['--help'], dir)).out).toContain('Usage: npm run backup');
  });
});

/** Waits until a file has grown to so many bytes. */
async function grows(file: string, bytes: number): Promise<void> {
  for (;;) {
    const found = await stat(file).catch(() => undefined);
    if (found && found.size >= bytes) return;
    await sleep(2);
  }
}

describe('kill -9 in the midst of it', () => {
  const killed = async (child: ChildProcess) => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };

  it('leaves no backup that looks like one, and the next backup tidies up', async () => {
    const { dir, dataDir, file } = await dataFolder(30, 20);
    const child = begin(['backup', file], dataDir);
    await grows(`${file}.partial/backup.tar`, 30e6);
    await killed(child);
    expect(await readdir(dir)).toEqual(['data', 'one.tar.partial']);
    await rm(path.join(dataDir, 'images'), { recursive: true });
    await backUp({ dataDir, file });
    expect((await readdir(dir)).sort()).toEqual(['data', 'one.tar']);
    await restore({ dataDir: path.join(dir, 'other'), file });
  });

  it('leaves no data folder that looks like one, and the next restore tidies up', async () => {
    const { dir, dataDir, file } = await dataFolder(30, 20);
    await backUp({ dataDir, file });
    const other = path.join(dir, 'other');
    const child = begin(['restore', file], other);
    await grows(path.join(`${other}.restoring`, 'images/ab', `${'3'.padStart(64, 'a')}-64.jpg`), 1);
    await killed(child);
    expect(existsSync(other)).toBe(false);
    expect(existsSync(`${other}.restoring`)).toBe(true);
    await restore({ dataDir: other, file });
    expect((await readdir(dir)).sort()).toEqual(['data', 'one.tar', 'other']);
    expect(await readdir(path.join(other, 'images/ab'))).toHaveLength(30);
  });
});

/** A disk of so many MB, which only an administrator of Linux can make. */
function smallDisk(folder: string, megabytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder];
  const { status } = spawnSync('mount', args, { stdio: 'ignore' });
  if (status === 0) mounted.push(folder);
  return status === 0;
}

describe('a full disk', () => {
  it.for([
    ['before it begins', 8, 'NO_ROOM', false],
    ['in the midst of it', 40, 'ENOSPC', true],
  ] as const)('is said %s, and nothing stays', async ([, megabytes, code, fills], test) => {
    const { dir, dataDir, file } = await dataFolder(10, 2);
    const disk = path.join(dir, 'disk');
    if (!smallDisk(disk, megabytes)) return test.skip('needs the right to mount a disk');
    const filler = path.join(disk, 'filler');
    const onProgress = () => {
      if (fills && !existsSync(filler)) writeFileSync(filler, Buffer.alloc(24e6));
    };
    await expect(
      backUp({ dataDir, file: path.join(disk, 'one.tar'), onProgress }),
    ).rejects.toMatchObject({ code });
    await rm(filler, { force: true });
    expect(await readdir(disk)).toEqual([]);

    await backUp({ dataDir, file });
    await expect(
      restore({ dataDir: path.join(disk, 'data'), file, onProgress }),
    ).rejects.toMatchObject({ code });
    await rm(filler, { force: true });
    expect(await readdir(disk)).toEqual([]);
    return undefined;
  });
});
