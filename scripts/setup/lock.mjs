import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 300;
/** How long a holder may take from making its lock to writing its number into it. */
const NAMELESS_MS = 2_000;
/** How long after a takeover everyone who took over has surely written. */
const SETTLE_MS = 100;

/**
 * Runs `work` while no other process does. A lock whose holder is dead is taken over.
 *
 * @template Result
 * @param {string} file
 * @param {() => Promise<Result>} work
 * @param {(holder: number) => void} onWait called once, if another process holds the lock
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  await take(file, onWait);
  try {
    return await work();
  } finally {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  }
}

/** @param {string} file @param {(holder: number) => void} onWait */
async function take(file, onWait) {
  let waited = false;
  while (!makeLock(file)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (holder !== null && isAlive(holder)) {
      if (!waited) onWait(holder);
      waited = true;
    } else if ((holder !== null || isOlderThan(file, NAMELESS_MS)) && (await takeOver(file))) {
      return;
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

/** @param {string} file */
function makeLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Several may take over the same lock at once: the last one to write has it. @param {string} file */
async function takeOver(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  renameSync(own, file);
  await sleep(SETTLE_MS);
  return holderOf(file) === process.pid;
}

/** The process that holds a lock; null if it left no number, undefined if the lock is gone. @param {string} file */
function holderOf(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(holder) && holder > 0 ? holder : null;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param {string} file @param {number} ms */
function isOlderThan(file, ms) {
  const made = statSync(file, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > ms;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, 'EPERM');
  }
}

/** @param {unknown} error @param {string} code */
function isSystemError(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
