import { cacheDir, withLock } from './cache.mjs';
import { assertNode } from './prerequisites.mjs';
import { progressBar } from './progress.mjs';
import { SetupError } from './run-command.mjs';
import { steps } from './steps.mjs';

/**
 * Brings in what is missing. Says nothing of what is there, unless `verbose`.
 *
 * @param {{ only?: string, verbose?: boolean }} options
 */
export async function ensureSetup({ only, verbose = false } = {}) {
  assertNode();
  const chosen = steps.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = steps.map(({ name }) => name).join(', ');
    throw new SetupError(`Expected a step out of ${names}, received ${only}`);
  }
  await ensureSteps(chosen, { verbose });
}

/**
 * Does those of the steps that are not done, while no other set-up works.
 *
 * @param {readonly import('./steps.mjs').Step[]} chosen
 * @param {{ verbose?: boolean }} options
 */
export async function ensureSteps(chosen, { verbose = false } = {}) {
  const wait = (holder) => process.stderr.write(`Waiting for another set-up (process ${holder})\n`);
  await withLock(cacheDir(), () => runSteps(chosen, verbose), wait);
}

async function runSteps(chosen, verbose) {
  for (const step of chosen) {
    const bar = progressBar(step.title);
    if (await step.isDone()) {
      if (verbose) bar.done('there');
      continue;
    }
    const started = Date.now();
    bar.update(0);
    await step.run(bar);
    if (!(await step.isDone()))
      throw new SetupError(`${step.title}: the step ended, but what it should bring is not there`);
    // What a step brought may be another thing than what it set out for.
    progressBar(step.title).done(`done in ${Math.round((Date.now() - started) / 1000)} s`);
  }
}
