import path from 'node:path';
import { cacheDir } from './cache.mjs';
import { withLock } from './lock.mjs';
import { assertNode, missingTools } from './prerequisites.mjs';
import { progressBar } from './progress.mjs';
import { SetupError } from './run-command.mjs';
import { steps } from './steps.mjs';

/** @typedef {import('./steps.mjs').Step} Step */

/**
 * Brings in what is missing. Says nothing of what is there, unless `verbose`.
 *
 * @param {{ only?: string | undefined, verbose?: boolean }} options
 */
export async function ensureSetup({ only, verbose = false } = {}) {
  assertNode();
  const chosen = steps.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = steps.map(({ name }) => name).join(', ');
    throw new SetupError(`Expected a step out of ${names}, received ${only}`);
  }
  await runSteps(chosen, path.join(cacheDir(), 'setup.lock'), verbose);
}

/**
 * Runs those steps that are not done, one after the other, while no other set-up does.
 *
 * @param {readonly Step[]} chosen
 * @param {string} lock
 * @param {boolean} verbose
 */
export async function runSteps(chosen, lock, verbose = false) {
  const done = await Promise.all(chosen.map((step) => step.isDone()));
  if (verbose) for (const [index, step] of chosen.entries()) if (done[index]) sayThere(step);
  const pending = chosen.filter((_, index) => !done[index]);
  if (pending.length === 0) return;
  for (const missing of await missingTools()) process.stderr.write(`! ${missing}\n`);
  await withLock(
    lock,
    async () => {
      for (const step of pending) await runStep(step);
    },
    (holder) => {
      process.stderr.write(
        `Waiting for another set-up (process ${holder}). If there is none, remove ${lock}\n`,
      );
    },
  );
}

/** @param {Step} step */
function sayThere(step) {
  progressBar(step.title).done('there');
}

/** @param {Step} step */
async function runStep(step) {
  // Another set-up may have done it while this one waited.
  if (await step.isDone()) return;
  const bar = progressBar(step.title);
  const started = Date.now();
  bar.update(0);
  await step.run(bar);
  if (!(await step.isDone()))
    throw new SetupError(
      `${step.title}: expected it in ${step.place()} after its step, and it is not whole there. ` +
        'Check the free disk space, then run `npm run setup` again',
    );
  bar.done(`done in ${Math.round((Date.now() - started) / 1000)} s`);
}
