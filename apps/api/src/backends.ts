import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { inProcessQueue } from './queue/in-process.js';
import type { Queue } from './queue/queue.js';
import type { Patience } from './redis-connection.js';
import { WakeBus } from './runs/wake-bus.js';
import { assertSameDataDir } from './shared-data-dir.js';
import { lockDataDir } from './store/sqlite/data-dir-lock.js';
import { openStore } from './store/open-store.js';
import type { Store } from './store/store.js';

/** What may lie outside this process. */
export interface Backends {
  readonly store: Store;
  readonly queue: Queue;
  readonly bus: WakeBus;
  /** Closing twice is harmless. The queue is its worker's to close. */
  readonly close: () => Promise<void>;
}

/** Names of Redis keys begin with it. */
const PREFIX = 'whetstone';

/** Store, queue and bus that the environment asks for. */
export async function openBackends(config: Config, log: Logger): Promise<Backends> {
  const { store, close } = await openOwnStore(config);
  try {
    const { queue, bus, disconnect } = await openQueue(config, log);
    return {
      store,
      queue,
      bus,
      async close() {
        disconnect();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The embedded store belongs to one process, and its folder with it. */
async function openOwnStore(config: Config): Promise<Pick<Backends, 'store' | 'close'>> {
  const lock = config.mongodbUrl === null ? lockDataDir(config.dataDir) : undefined;
  const store = await openStore(config);
  const close = async () => {
    await store.close();
    lock?.close();
  };
  try {
    if (store.isShared) await assertSameDataDir(store, config.dataDir);
  } catch (error) {
    await close();
    throw error;
  }
  return { store, close };
}

interface OpenQueue {
  readonly queue: Queue;
  readonly bus: WakeBus;
  readonly disconnect: () => void;
}

/** Redis and its clients are loaded only where they are wanted. */
async function openQueue({ redisUrl }: Config, log: Logger): Promise<OpenQueue> {
  const bus = new WakeBus();
  if (redisUrl === null) return { queue: inProcessQueue(), bus, disconnect: () => undefined };
  const { connectRedis, IMPATIENT, PATIENT } = await import('./redis-connection.js');
  const { bullmqQueue } = await import('./queue/bullmq.js');
  const { wakeOverRedis } = await import('./runs/redis-wakes.js');
  const open: Redis[] = [];
  const connect = async (patience: Patience) => {
    const redis = await connectRedis(redisUrl, { patience, log });
    open.push(redis);
    return redis;
  };
  const commands = await connect(IMPATIENT);
  const hearing = await connect(PATIENT);
  const listening = await connect(PATIENT);
  await wakeOverRedis(bus, { commands, hearing, prefix: PREFIX });
  return {
    queue: bullmqQueue({ commands, listening, log, prefix: PREFIX }),
    bus,
    disconnect() {
      for (const redis of open) redis.disconnect();
    },
  };
}
