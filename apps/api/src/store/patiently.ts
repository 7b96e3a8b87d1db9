import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from './unavailable.js';

/** A store that does not answer is asked again for so long: a restart, or the election of another primary. */
const PATIENCE_MS = 5 * 60_000;
const AGAIN_MS = 1000;

/**
 * Does something with the store, again and again while it does not answer. What was tried before may
 * have been done: `isAgain` says that there was such a try.
 */
export async function patiently<Result>(
  work: (isAgain: boolean) => Promise<Result>,
): Promise<Result> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let isAgain = false; ; isAgain = true) {
    try {
      return await work(isAgain);
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > giveUpAt) throw error;
    }
    await sleep(AGAIN_MS);
  }
}
