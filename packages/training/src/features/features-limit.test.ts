import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeaturesLimit } from './features-limit.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'features-limit-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const nameOf = (letter: string) => letter.repeat(64);
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, day));

/** A recipe of two files that take 100 bytes together, last used on that day. */
async function recipe(letter: string, day: number): Promise<void> {
  const folder = path.join(dir, nameOf(letter));
  await mkdir(folder);
  for (const [name, bytes] of [
    ['one.features', 40],
    ['other.features', 60],
  ] as const)
    await writeFile(path.join(folder, name), Buffer.alloc(bytes));
  await utimes(folder, dayOf(day), dayOf(day));
}

/** First letters of the recipes that are there. */
const left = async () => (await readdir(dir)).map((name) => name[0]).join('');

describe('a limit of features', () => {
  beforeEach(async () => {
    await recipe('c', 1);
    await recipe('a', 2);
    await recipe('b', 3);
  });

  it.each([
    ['removes nothing where there is room', 1000, 'abc'],
    ['removes the recipe that was not used for longest', 310, 'ab'],
    ['removes as many as it takes', 210, 'b'],
    ['removes all there are before it lets go over the limit', 90, ''],
  ])('%s', async (_sentence, mostBytes, expected) => {
    await new FeaturesLimit({ dir, mostBytes }).makeRoom(20);
    expect(await left()).toBe(expected);
  });

  it('leaves what it knows to be in use, whatever it takes', async () => {
    const limit = new FeaturesLimit({ dir, mostBytes: 50 });
    await limit.use(nameOf('c'));
    await limit.makeRoom(20);
    expect(await left()).toBe('c');
  });

  it('tells other processes what is in use', async () => {
    await new FeaturesLimit({ dir, mostBytes: 1e6 }).use(nameOf('c'));
    await new FeaturesLimit({ dir, mostBytes: 210 }).makeRoom(20);
    expect(await left()).toBe('c');
  });

  it('stays below the limit however much is written', async () => {
    const limit = new FeaturesLimit({ dir, mostBytes: 320 });
    await limit.use(nameOf('d'));
    await mkdir(path.join(dir, nameOf('d')));
    for (let file = 0; file < 32; file += 1) {
      await limit.makeRoom(10);
      await writeFile(path.join(dir, nameOf('d'), `${file}.features`), Buffer.alloc(10));
      expect(await bytesBelow(dir)).toBeLessThanOrEqual(320);
    }
    expect(await left()).toBe('d');
  });

  it('ends what another process had begun to remove', async () => {
    await mkdir(path.join(dir, `${nameOf('d')}.5f.removed`));
    await new FeaturesLimit({ dir, mostBytes: 1000 }).makeRoom(10);
    expect(await left()).toBe('abc');
  });

  it('leaves what is not its own', async () => {
    await mkdir(path.join(dir, 'notes'));
    await writeFile(path.join(dir, nameOf('f')), 'a file');
    await new FeaturesLimit({ dir, mostBytes: 1 }).makeRoom(1);
    expect((await readdir(dir)).sort()).toEqual([nameOf('f'), 'notes']);
  });

  it('makes room once while two ask for it', async () => {
    const limits = [1, 2].map(() => new FeaturesLimit({ dir, mostBytes: 310 }));
    await Promise.all(limits.map((limit) => limit.makeRoom(20)));
    expect(await left()).toBe('ab');
  });
});

it('has all the room where there is no folder yet', async () => {
  const limit = new FeaturesLimit({ dir: path.join(dir, 'not yet'), mostBytes: 10 });
  await limit.use(nameOf('a'));
  await limit.makeRoom(5);
  expect(await readdir(dir)).toEqual([]);
});

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const all = await Promise.all(names.map((name) => stat(path.join(folder, name))));
  return all.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
