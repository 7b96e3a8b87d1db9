import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AttemptLostError, type RunStore, SeqTakenError } from '../../runs/run-store.js';
import { type CuttableProxy, cuttableProxy } from '../../testing/cuttable-proxy.js';
import { noStandIn, type StandIn, startStandIn } from '../../testing/mongo-server.js';
import { openWithRun, running, stop } from '../sample-records.conformance.js';
import { isUnavailable } from '../unavailable.js';
import { connect } from './connection.js';
import { openMongoStore } from './mongo-store.js';

let server: StandIn;
let proxy: CuttableProxy;
const closing: (() => Promise<void>)[] = [];

/** A store whose way to the server can be cut, and the way around that. */
async function opened({ socketTimeoutMS = 300 } = {}) {
  proxy = await cuttableProxy(server.port);
  const direct = server.freshDatabase();
  const url = direct.replace(`:${server.port}/`, `:${proxy.port}/`);
  const patience = `serverSelectionTimeoutMS=1000&heartbeatFrequencyMS=500&socketTimeoutMS=${socketTimeoutMS}`;
  const open = () => openMongoStore(`${url}?${patience}`);
  const { store, runs } = await openWithRun({ open });
  const other = await openMongoStore(direct);
  closing.push(
    () => other.close(),
    () => store.close(),
    () => proxy.close(),
  );
  return { direct, store, runs, other: other.runs };
}

/** Documents of a collection, whether a store would show them or not. */
async function countOf(url: string, collection: string): Promise<number> {
  const connection = await connect(url);
  const count = await connection.database.collection(collection).countDocuments();
  await connection.close();
  return count;
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => error,
  );

const suite = noStandIn === null ? describe : describe.skip;
const titled = (what: string) => (noStandIn === null ? what : `${what} (${noStandIn})`);

beforeAll(async () => {
  if (noStandIn === null) server = await startStandIn();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  if (noStandIn === null) await server.close();
});

suite(titled('an outage'), () => {
  it('is told from every other failure, and over when the server is back', async () => {
    const { store, runs } = await opened();
    await runs.append('run_1', [running], { attempt: 0, seq: 0, at: 1 });
    proxy.cut();
    const append = () => runs.append('run_1', [stop], { attempt: 0, seq: 1, at: 1 });
    for (const call of [() => store.check(), append, () => runs.find('run_1')])
      expect(isUnavailable(await failureOf(call()))).toBe(true);
    proxy.mend();
    await store.check();
    await append();
    const taken = await failureOf(append());
    expect(taken).toBeInstanceOf(SeqTakenError);
    expect(isUnavailable(taken)).toBe(false);
    expect(await runs.events('run_1', { after: -1, limit: 9 })).toHaveLength(2);
  });

  it('in the midst of a removal: whoever opens the store next does it to its end', async () => {
    const { direct, runs, other } = await opened();
    for (const seq of [0, 1, 2]) await runs.append('run_1', [stop], { attempt: 0, seq, at: 1 });
    proxy.loseAnswersFrom('delete');
    expect(isUnavailable(await failureOf(runs.remove('run_1')))).toBe(true);
    expect(await other.find('run_1')).toBeUndefined();
    expect(await countOf(direct, 'run_events')).toBe(2);
    await (await openMongoStore(direct)).close();
    expect(await countOf(direct, 'run_events')).toBe(0);
  });

  it('that loses the answer to an append: the same append finds itself made', async () => {
    const { runs, other } = await opened();
    const append = (at: number) =>
      runs.append('run_1', [stop, running], { attempt: 0, seq: 0, at });
    proxy.loseAnswersFrom('update');
    expect(isUnavailable(await failureOf(append(1)))).toBe(true);
    expect(await other.find('run_1')).toMatchObject({ lastSeq: 1 });
    proxy.cut();
    proxy.mend();
    await append(2);
    const events = await other.events('run_1', { after: -1, limit: 9 });
    expect(events.map(({ seq, at }) => [seq, at])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    await expect(append(3)).rejects.toThrow(SeqTakenError);
  });
});

suite(titled('what comes in between'), () => {
  const appended = (runs: RunStore, attempt: number, seq: number) =>
    runs.append('run_1', [stop, running], { attempt, seq, at: attempt });
  const logOf = async (runs: RunStore) =>
    (await runs.events('run_1', { after: -1, limit: 99 })).map(({ seq, attempt }) => [
      seq,
      attempt,
    ]);
  /** A store that has appended once and is about to do so again. */
  const readyToAppend = async () => {
    const { direct, runs, other } = await opened({ socketTimeoutMS: 20_000 });
    await appended(runs, 0, 0);
    return { direct, runs, other };
  };

  it.each([
    ['before an append copies the tail', 'insert'],
    ['between copy and append', 'update'],
  ])('%s: another claims the run and writes, and the append is refused', async (_when, message) => {
    const { runs, other } = await readyToAppend();
    const held = proxy.hold(message);
    const late = failureOf(appended(runs, 0, 2));
    await held.came;
    await other.claim('run_1', { expected: 0, heldUntil: 0 });
    await appended(other, 1, 2);
    await appended(other, 1, 4);
    held.letGo();
    expect(await late).toBeInstanceOf(AttemptLostError);
    await appended(other, 1, 6);
    const log = [[0, 0], [1, 0], ...[2, 3, 4, 5, 6, 7].map((seq) => [seq, 1])];
    expect(await logOf(other)).toEqual(log);
    expect(await logOf(runs)).toEqual(log);
  });

  it.each(['insert', 'update'])(
    'a removal before its %s: an append leaves nothing',
    async (message) => {
      const { direct, runs, other } = await readyToAppend();
      const held = proxy.hold(message);
      const late = failureOf(appended(runs, 0, 2));
      await held.came;
      await other.remove('run_1');
      held.letGo();
      expect(String(await late)).toContain('no run run_1');
      expect(await countOf(direct, 'run_events')).toBe(0);
    },
  );

  it('a reader sees a log that grows, or goes, as it was when it began', async () => {
    const { runs, other } = await readyToAppend();
    await appended(other, 0, 2);
    const read = async (meanwhile: () => Promise<void>) => {
      const held = proxy.hold('run_events');
      const log = logOf(runs);
      await held.came;
      await meanwhile();
      held.letGo();
      return log;
    };
    const grown = await read(async () => {
      for (const seq of [4, 6]) await appended(other, 0, seq);
    });
    expect(grown.map(([seq]) => seq)).toEqual([0, 1, 2, 3]);
    expect(await read(() => other.remove('run_1'))).toEqual([]);
  });
});
