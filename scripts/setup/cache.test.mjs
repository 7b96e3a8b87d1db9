import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir, replaceFolder, withLock } from './cache.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whetstone-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('cacheDir', () => {
  it.each([
    ['is what WHETSTONE_CACHE says', { WHETSTONE_CACHE: '/some/cache' }, '/some/cache'],
    ['is below XDG_CACHE_HOME', { XDG_CACHE_HOME: '/xdg' }, '/xdg/whetstone'],
  ])('%s', (_sentence, env, expected) => {
    expect(cacheDir(env)).toBe(expected);
  });
});

describe('replaceFolder', () => {
  it('puts a filled folder in the place of the old one', async () => {
    const place = path.join(folder, 'engine');
    mkdirSync(place);
    writeFileSync(path.join(place, 'old'), '');
    await replaceFolder(place, async (temporary) => {
      writeFileSync(path.join(temporary, 'new'), '');
    });
    expect(readdirSync(place)).toEqual(['new']);
  });

  it('leaves the old one, and nothing else, when filling breaks off', async () => {
    const place = path.join(folder, 'engine');
    mkdirSync(place);
    const broken = replaceFolder(place, async (temporary) => {
      writeFileSync(path.join(temporary, 'half'), '');
      throw new Error('cable pulled');
    });
    await expect(broken).rejects.toThrow('cable pulled');
    expect(readdirSync(folder)).toEqual(['engine']);
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('withLock', () => {
  it('lets one set-up at a time do its work', async () => {
    const order = [];
    const work = (name) => async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
    };
    await Promise.all([withLock(folder, work('a')), withLock(folder, work('b'))]);
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('takes over the lock of a process that is dead', async () => {
    // No process has this number: it is above the largest that Linux gives.
    writeFileSync(path.join(folder, 'setup.lock'), '4194305');
    expect(await withLock(folder, async () => 'done')).toBe('done');
    expect(existsSync(path.join(folder, 'setup.lock'))).toBe(false);
  });

  it('gives the lock back when the work fails', async () => {
    const failing = withLock(folder, async () => {
      expect(readFileSync(path.join(folder, 'setup.lock'), 'utf8')).toBe(String(process.pid));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(path.join(folder, 'setup.lock'))).toBe(false);
  });
});
