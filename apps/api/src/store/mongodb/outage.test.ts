import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CuttableProxy, cuttableProxy } from '../../testing/cuttable-proxy.js';
import { noStandIn, type StandIn, startStandIn } from '../../testing/mongo-server.js';
import { openWithRun, running, stop } from '../sample-records.conformance.js';
import { SeqTakenError } from '../../runs/run-store.js';
import { isUnavailable } from '../unavailable.js';
import { connect } from './connection.js';
import { openMongoStore } from './mongo-store.js';

let server: StandIn;
let proxy: CuttableProxy;
const closing: (() => Promise<void>)[] = [];

/** A store whose way to the server can be cut, and the way around that. */
async function opened() {
  proxy = await cuttableProxy(server.port);
  const direct = server.freshDatabase();
  const url = direct.replace(`:${server.port}/`, `:${proxy.port}/`);
  const impatient = `${url}?serverSelectionTimeoutMS=1000&socketTimeoutMS=300&heartbeatFrequencyMS=500`;
  const { store, runs } = await openWithRun({ open: () => openMongoStore(impatient) });
  const other = await openMongoStore(direct);
  closing.push(
    () => other.close(),
    () => store.close(),
    () => proxy.close(),
  );
  return { direct, store, runs, other: other.runs };
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => error,
  );

const suite = noStandIn === null ? describe : describe.skip;

suite(noStandIn === null ? 'an outage' : `an outage (${noStandIn})`, () => {
  beforeAll(async () => {
    server = await startStandIn();
  });
  afterAll(() => server.close());
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

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
    const connection = await connect(direct);
    closing.push(() => connection.close());
    const events = connection.database.collection('run_events');
    expect(await events.countDocuments()).toBe(2);
    await (await openMongoStore(direct)).close();
    expect(await events.countDocuments()).toBe(0);
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
