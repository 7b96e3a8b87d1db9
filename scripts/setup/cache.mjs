import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/** The user's cache, shared by every clone: native engine, weights, demo images. */
export function cacheDir(env = process.env) {
  if (env.WHETSTONE_CACHE) return path.resolve(env.WHETSTONE_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'whetstone');
}

/**
 * Fills a folder beside its place and moves it there when it is complete, so that what stands in
 * place is always whole.
 *
 * @param {string} folder
 * @param {(temporary: string) => Promise<void>} fill
 */
export async function replaceFolder(folder, fill) {
  const temporary = `${folder}.${process.pid}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    await fill(temporary);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Runs `work` while no other set-up does. A lock whose holder is dead is taken over.
 *
 * @template Result
 * @param {string} folder
 * @param {() => Promise<Result>} work
 * @param {(holder: number) => void} onWait
 */
export async function withLock(folder, work, onWait = () => {}) {
  mkdirSync(folder, { recursive: true });
  const lock = path.join(folder, 'setup.lock');
  let waited = false;
  while (!takeLock(lock)) {
    const holder = holderOf(lock);
    if (holder === null || !isAlive(holder)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!waited) onWait(holder);
    waited = true;
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds a lock; null for one that vanished or whose holder died before writing its number. */
function holderOf(lock) {
  if (!existsSync(lock)) return null;
  const holder = Number(readFileSync(lock, 'utf8'));
  return Number.isInteger(holder) && holder > 0 ? holder : null;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
