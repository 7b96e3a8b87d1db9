import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a holder may take from making its lock to writing its number into it. */
const NAMELESS_MS = 2_000;
/** How long after a takeover everyone who took over has surely written. */
const SETTLE_MS = 100;

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/** The user's cache, shared by every clone: native engine, weights, demo images. */
export function cacheDir(env = process.env) {
  if (env.WHETSTONE_CACHE) return path.resolve(env.WHETSTONE_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'whetstone');
}

/**
 * Fills a folder beside its place and moves it there when it is complete, so that what stands in
 * place is always whole. What a set-up that was killed left there goes first.
 *
 * @param {string} folder
 * @param {(temporary: string) => Promise<void>} fill
 */
export async function replaceFolder(folder, fill) {
  const temporary = `${folder}.part`;
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
    if (holder === undefined) continue;
    if (holder !== null && isAlive(holder)) {
      if (!waited) onWait(holder);
      waited = true;
    } else if ((holder !== null || isOlderThan(lock, NAMELESS_MS)) && (await takeOver(lock))) {
      break;
    }
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
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

/** Several may take over the lock of a dead process at once: the last one to write has it. */
async function takeOver(lock) {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  renameSync(own, lock);
  await sleep(SETTLE_MS);
  return holderOf(lock) === process.pid;
}

/** Who holds a lock; null if its number is not written yet, undefined if the lock is gone. */
function holderOf(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(holder) && holder > 0 ? holder : null;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isOlderThan(lock, ms) {
  const made = statSync(lock, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > ms;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
