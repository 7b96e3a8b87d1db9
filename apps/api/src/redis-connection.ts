import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { messageOf } from './errors.js';

/** Nobody waits longer for a Redis that does not answer. */
const CONNECT_TIMEOUT_MS = 3000;

/** Redis does not answer. */
export class RedisUnreachableError extends Error {
  override readonly name = 'RedisUnreachableError';
}

export interface Patience {
  /** Whether commands wait for a connection. */
  readonly enableOfflineQueue: boolean;
  /** Null: a command is sent again until it is answered. */
  readonly maxRetriesPerRequest: number | null;
}

/** For commands that somebody waits for: they fail at once while there is no connection. */
export const IMPATIENT: Patience = { enableOfflineQueue: false, maxRetriesPerRequest: 1 };
/** For whoever listens: goes on by itself once there is a connection again. */
export const PATIENT: Patience = { enableOfflineQueue: true, maxRetriesPerRequest: null };

/** Connects, or says why not; a connection that is lost later comes back by itself. */
export async function connectRedis(
  url: string,
  { patience, log }: { readonly patience: Patience; readonly log: Logger },
): Promise<Redis> {
  // Not lazily: a lazy one, and whatever BullMQ makes after its pattern, gives up if its first attempt fails.
  const redis = new Redis(url, { ...patience, connectTimeout: CONNECT_TIMEOUT_MS });
  let why: unknown;
  redis.on('error', (error) => {
    if (messageOf(error) !== messageOf(why)) log.warn({ err: error }, 'Redis does not answer');
    why = error;
  });
  redis.on('ready', () => {
    if (why !== undefined) log.info('Redis answers again');
    why = undefined;
  });
  try {
    await once(redis, 'ready');
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new RedisUnreachableError(
      `Expected Redis at ${placeOf(url)} (REDIS_URL), received: ${messageOf(why ?? error)}. Start it, correct REDIS_URL, or unset it to do without`,
      { cause: error },
    );
  }
}

/** Without name and password, which belong into no message. */
function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
