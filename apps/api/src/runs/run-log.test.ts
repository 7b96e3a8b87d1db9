import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newRun, running, stop, dataset } from '../store/sample-records.conformance.js';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import type { Store } from '../store/store.js';
import { cleanUp, temporaryFolder } from '../testing/test-app.js';
import { RunFeed } from './run-feed.js';
import { RunLog } from './run-log.js';
import { AttemptLostError, type RunStore } from './run-store.js';
import { WakeBus } from './wake-bus.js';

class MongoNetworkError extends Error {
  override readonly name = 'MongoNetworkError';
}

const open: Store[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
  await cleanUp();
});

/** A store that does some things in a way of its own. */
function overriding(store: RunStore, own: Partial<RunStore>): RunStore {
  return new Proxy(store, {
    get(target, name) {
      const owner = name in own ? own : target;
      const value: unknown = Reflect.get(owner, name);
      return typeof value === 'function' ? (value.bind(owner) as unknown) : value;
    },
  });
}

/** A run in a real store, and a log that writes through a network that fails as it is told to. */
async function logOverNetwork() {
  const store = openSqliteStore(path.join(await temporaryFolder(), 'one.sqlite'));
  open.push(store);
  await store.datasets.create(dataset('ds_1'));
  const run = await store.runs.create(newRun('run_1'));
  const failures: ('lost' | 'unanswered')[] = [];
  const network = overriding(store.runs, {
    async append(...args) {
      const failure = failures.shift();
      if (failure !== 'lost') await store.runs.append(...args);
      if (failure !== undefined) throw new MongoNetworkError('connection closed');
    },
  });
  const log = await RunLog.claim(run, { store: network, bus: new WakeBus() });
  const seen = async () =>
    (await store.runs.events('run_1', { after: -1, limit: 9 })).map(({ fact }) => fact);
  return { store, log: log!, failures, seen };
}

describe('a log whose store does not answer', () => {
  it('writes again what was lost', async () => {
    const { log, failures, seen } = await logOverNetwork();
    failures.push('lost', 'lost');
    await log.append([running, stop]);
    await log.append([stop]);
    expect(await seen()).toEqual([running, stop, stop]);
  });

  it('does not write twice what was written without an answer', async () => {
    const { log, failures, seen } = await logOverNetwork();
    failures.push('unanswered');
    await log.append([running, stop]);
    await log.append([stop]);
    expect(await seen()).toEqual([running, stop, stop]);
  });

  it('gives up a run that somebody else has claimed meanwhile', async () => {
    const { store, log, failures, seen } = await logOverNetwork();
    failures.push('lost');
    const appending = log.append([running]);
    await store.runs.claim('run_1', { expected: 1, heldUntil: 0 });
    await expect(appending).rejects.toThrow(AttemptLostError);
    expect(await seen()).toEqual([]);
  });
});

it('a reader waits for a store that does not answer, and misses nothing', async () => {
  const { store, log } = await logOverNetwork();
  let isAway = true;
  const network = overriding(store.runs, {
    events: (...args) =>
      isAway ? Promise.reject(new MongoNetworkError('gone')) : store.runs.events(...args),
  });
  await log.append([running]);
  const reading = new RunFeed(network, new WakeBus()).follow('run_1', -1);
  const first = reading.next();
  isAway = false;
  expect((await first).value).toEqual([expect.objectContaining({ seq: 0, fact: running })]);
  await reading.return();
});
