import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import pino from 'pino';
import { connectRedis, IMPATIENT, PATIENT, RedisUnreachableError } from '../redis-connection.js';
import { WakeBus } from '../runs/wake-bus.js';
import { wakeOverRedis } from '../runs/redis-wakes.js';
import { RedisServer, redisPath } from '../testing/redis-server.js';
import { bullmqQueue } from './bullmq.js';
import type { Queue } from './queue.js';
import { queueConformance } from './queue.conformance.js';

const log = pino({ level: 'silent' });

describe.skipIf(redisPath === undefined)('on Redis', () => {
  let server: RedisServer;
  const open: { queues: Queue[]; connections: Redis[] } = { queues: [], connections: [] };
  let prefixes = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    // A test may leave work that it never ends.
    await Promise.race([
      Promise.all(open.queues.splice(0).map((queue) => queue.close())),
      moment(),
    ]);
    for (const connection of open.connections.splice(0)) connection.disconnect();
  });
  afterAll(async () => {
    await server.kill();
  });

  const connect = async (patience: typeof PATIENT) => {
    const connection = await connectRedis(server.url, { patience, log });
    open.connections.push(connection);
    return connection;
  };
  const openQueue = async (prefix: string) => {
    const commands = await connect(IMPATIENT);
    const listening = await connect(PATIENT);
    const queue = bullmqQueue({ commands, listening, log, prefix });
    open.queues.push(queue);
    return queue;
  };
  const freshPrefix = () => `test-${(prefixes += 1)}`;

  queueConformance(() => openQueue(freshPrefix()));

  it('shares runs out among processes, each to one of them', async () => {
    const prefix = freshPrefix();
    const begun: string[] = [];
    for (const name of ['one', 'two']) {
      const queue = await openQueue(prefix);
      queue.consume(async ({ runId }) => {
        begun.push(`${runId} by ${name}`);
        await moment();
      }, 1);
    }
    const adding = await openQueue(prefix);
    for (const runId of ['a', 'b']) await adding.add({ runId, attempt: 0, priority: 'person' });
    await until(() => begun.length === 2);
    expect(begun.map((one) => one.slice(0, 1)).toSorted()).toEqual(['a', 'b']);
    expect(new Set(begun.map((one) => one.slice(2))).size).toBe(2);
  });

  it('goes on by itself when Redis comes back, and takes no harm from what was added meanwhile', async () => {
    const queue = await openQueue(freshPrefix());
    const begun: string[] = [];
    queue.consume(({ runId }) => {
      begun.push(runId);
      return Promise.resolve();
    }, 1);
    await queue.add({ runId: 'before', attempt: 0, priority: 'person' });
    await until(() => begun.includes('before'));
    await server.kill();
    await queue.add({ runId: 'lost', attempt: 0, priority: 'person' });
    await queue.remove('lost');
    await expect(queue.check()).rejects.toThrow();
    await server.startAgain();
    await until(async () => {
      await queue.add({ runId: 'found', attempt: 0, priority: 'person' });
      return begun.includes('found');
    });
    expect(begun).not.toContain('lost');
  });

  it.each([0, 1, 3, 10])(
    'takes runs though Redis dies %i ms after the worker is made',
    async (delay) => {
      const queue = await openQueue(freshPrefix());
      const begun: string[] = [];
      queue.consume(({ runId }) => {
        begun.push(runId);
        return Promise.resolve();
      }, 1);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await server.kill();
      await server.startAgain();
      await until(async () => {
        await queue.add({ runId: 'found', attempt: 0, priority: 'person' });
        return begun.includes('found');
      });
    },
  );

  it('wakes those who watch in other processes, and nobody twice', async () => {
    const prefix = freshPrefix();
    const [here, there] = [new WakeBus(), new WakeBus()];
    for (const bus of [here, there])
      await wakeOverRedis(bus, {
        commands: await connect(IMPATIENT),
        hearing: await connect(PATIENT),
        prefix,
      });
    const [near, far] = [here.watch('run_1'), there.watch('run_1')];
    here.wake('run_1');
    expect(await far.next(5000)).toEqual(new Set(['run_1']));
    expect(await near.next(5000)).toEqual(new Set(['run_1']));
    expect(await near.next(50)).toEqual(new Set());
    near.close();
    far.close();
  });
});

it('says where it looked for Redis, without the password', async () => {
  const url = 'redis://me:secret@127.0.0.1:1/0';
  const failed = connectRedis(url, { patience: IMPATIENT, log });
  await expect(failed).rejects.toThrow(RedisUnreachableError);
  await expect(failed).rejects.toThrow('Expected Redis at redis://127.0.0.1:1/0 (REDIS_URL)');
  await expect(failed).rejects.not.toThrow('secret');
});

const moment = () => new Promise((resolve) => setTimeout(resolve, 200));

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await moment();
}
