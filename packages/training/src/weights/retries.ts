import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance, so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async wait(ms, signal) {
    try {
      await sleep(ms, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Something failed that may work a moment later. Callers turn it into an error of their own. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly retryAfterMs: number | null;

  constructor(reason: string, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(reason, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Attempts in a row that brought nothing, after which nothing is tried again. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** Whoever asks to wait longer than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** How far the work has come. An attempt that came further than any before it starts the count anew. */
  readonly progress?: () => number;
}

/**
 * Does something again after each `Interruption`, and waits twice as long each time, less a random
 * part so that many who were cut off together do not come back together. `Retry-After` counts more.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { clock, signal, progress = () => 0 }: RetryOptions,
): Promise<T> {
  let furthest = progress();
  let failures = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      failures = progress() > furthest ? 0 : failures + 1;
      furthest = Math.max(furthest, progress());
      const { retryAfterMs } = error;
      if (failures >= ATTEMPTS || (retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) throw error;
      const backoff = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
      await clock.wait(retryAfterMs ?? backoff * (1 - clock.random() / 2), signal);
    }
  }
}

/** Reads `Retry-After`, which is a number of seconds or a date. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
