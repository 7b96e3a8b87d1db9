import { BSON, type Db, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../config.js';
import type { RunFact } from '../../runs/run-event.js';
import { type MongoServer, noMongo, startMongo } from '../../testing/mongo-server.js';
import { NewerSchemaError } from '../newer-schema-error.js';
import { newRun, openWithRun, queued, running, stop } from '../sample-records.conformance.js';
import { storeConformance } from '../store.conformance.js';
import type { Store } from '../store.js';
import { isUnavailable } from '../unavailable.js';
import { connect, StoreUnreachableError } from './connection.js';
import { migrate, migrations } from './migrations.js';
import { openMongoStore } from './mongo-store.js';
import { toEventDocument } from './run-documents.js';

const closing: (() => Promise<void>)[] = [];
let server: MongoServer;

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(url: string): Promise<Store> {
  const store = await openMongoStore(url);
  closing.push(() => store.close());
  return store;
}

/** The database itself, for what no store would do. */
async function databaseOf(url: string): Promise<Db> {
  const client = new MongoClient(url);
  closing.push(() => client.close());
  return (await client.connect()).db();
}

const place = () => {
  const url = server.freshDatabase();
  return { url, open: () => opened(url) };
};

const seqsOf = async ({ runs }: Store) =>
  (await runs.events('run_1', { after: -1, limit: 100 })).map(({ seq }) => seq);

const suite = noMongo === null ? describe : describe.skip;

suite(noMongo === null ? 'MongoDB' : `MongoDB (${noMongo})`, () => {
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.close());

  storeConformance(() => Promise.resolve(place()));

  describe('a writer that is cut off', () => {
    it('behind an append leaves a log that anybody reads, and goes on with', async () => {
      const { open } = place();
      const { store, runs } = await openWithRun({ open });
      await runs.append('run_1', [queued, stop], { attempt: 0, seq: 0, at: 1 });
      await store.close();
      const other = await open();
      expect(await seqsOf(other)).toEqual([0, 1]);
      await other.runs.claim('run_1', { expected: 0, heldUntil: 0 });
      await other.runs.append('run_1', [running], { attempt: 1, seq: 2, at: 2 });
      expect(await seqsOf(other)).toEqual([0, 1, 2]);
    });

    it('between the two writes of an append leaves none of it', async () => {
      const { url, open } = place();
      const { store, runs } = await openWithRun({ open });
      await runs.append('run_1', [queued, stop], { attempt: 0, seq: 0, at: 1 });
      // The first write: what the document still has, copied.
      const copies = await runs.events('run_1', { after: -1, limit: 9 });
      const events = (await databaseOf(url)).collection('run_events');
      await events.insertMany(copies.map((event) => ({ ...toEventDocument(event) })) as never);
      expect(await seqsOf(store)).toEqual([0, 1]);
      const other = await open();
      await other.runs.append('run_1', [running], { attempt: 0, seq: 2, at: 2 });
      await other.runs.append('run_1', [stop], { attempt: 0, seq: 3, at: 3 });
      expect(await seqsOf(store)).toEqual([0, 1, 2, 3]);
      expect(await events.countDocuments()).toBe(3);
    });
  });

  describe('a removal', () => {
    it('that was cut off is done to its end when the store is opened again', async () => {
      const { url, open } = place();
      const { runs } = await openWithRun({ open });
      for (const seq of [0, 1, 2]) await runs.append('run_1', [stop], { attempt: 0, seq, at: 1 });
      const database = await databaseOf(url);
      await database.collection<{ _id: string }>('run_removals').insertOne({ _id: 'run_1' });
      await database.collection<{ _id: string }>('runs').deleteOne({ _id: 'run_1' });
      expect(await runs.events('run_1', { after: -1, limit: 9 })).toEqual([]);
      await open();
      expect(await database.collection('run_events').countDocuments()).toBe(0);
      expect(await database.collection('run_removals').countDocuments()).toBe(0);
    });

    it('leaves nothing behind, though a writer was at it', async () => {
      const { url, open } = place();
      const { runs } = await openWithRun({ open });
      await runs.create(newRun('run_10'));
      for (const id of ['run_1', 'run_10'])
        for (const seq of [0, 1]) await runs.append(id, [stop], { attempt: 0, seq, at: 1 });
      const events = (await databaseOf(url)).collection<{ _id: string }>('run_events');
      await (await open()).runs.remove('run_1');
      // What a writer copies that has not heard of it.
      await events.insertOne({ _id: 'run_1/0000000001' });
      await expect(runs.append('run_1', [stop], { attempt: 0, seq: 2, at: 1 })).rejects.toThrow(
        'no run run_1',
      );
      expect(
        await events
          .find()
          .map(({ _id }) => _id)
          .toArray(),
      ).toEqual(['run_10/0000000000']);
    });
  });

  it('never makes a document larger than MongoDB takes', async () => {
    const { url, open } = place();
    const { runs } = await openWithRun({ open });
    const facts = Array.from({ length: 5 }, () => ({ ...queued, reason: 'x'.repeat(4e6) }));
    await runs.append('run_1', facts, { attempt: 0, seq: 0, at: 1 });
    const database = await databaseOf(url);
    for (const name of ['runs', 'run_events']) {
      const sizes = await database
        .collection(name)
        .find()
        .map((one) => BSON.calculateObjectSize(one))
        .toArray();
      expect(Math.max(...sizes)).toBeLessThan(16 * 1024 * 1024);
    }
  });

  it('says so if somebody took events out of a log', async () => {
    const { url, open } = place();
    const { runs } = await openWithRun({ open });
    for (const seq of [0, 1, 2]) await runs.append('run_1', [stop], { attempt: 0, seq, at: 1 });
    await (await databaseOf(url)).collection('run_events').deleteMany({ seq: 1 });
    await expect(runs.events('run_1', { after: -1, limit: 9 })).rejects.toThrow('taken events out');
  });

  it('keeps what a tail replaces as it was', async () => {
    const { open } = place();
    const { runs } = await openWithRun({ open });
    const reason = 'ä“\u0000$a.b';
    const facts: RunFact[] = [{ type: 'status', status: 'running', reason, error: null }];
    await runs.append('run_1', facts, { attempt: 0, seq: 0, at: 1 });
    const before = await runs.events('run_1', { after: -1, limit: 9 });
    await runs.append('run_1', [stop], { attempt: 0, seq: 1, at: 2 });
    expect(await runs.events('run_1', { after: -1, limit: 1 })).toStrictEqual(before);
    expect(before[0]?.fact).toEqual(facts[0]);
  });

  it('waits for a majority and its journal, whatever the URL says', async () => {
    const { url } = place();
    const lax = 'w=1&journal=false&readConcernLevel=local&readPreference=secondary';
    const connection = await connect(`${url}${url.includes('?') ? '&' : '?'}${lax}`);
    closing.push(() => connection.close());
    const { database } = connection;
    for (const its of [database, database.collection('runs')]) {
      expect(its.writeConcern).toMatchObject({ w: 'majority', journal: true });
      expect(its.readConcern?.level).toBe('majority');
      expect(its.readPreference?.mode).toBe('primary');
    }
  });

  describe('the schema', () => {
    it('is made by any number of processes at once', async () => {
      const { url } = place();
      await Promise.all([opened(url), opened(url), opened(url)]);
      const schema = (await databaseOf(url)).collection('schema');
      expect(await schema.find().toArray()).toEqual([
        { _id: 'schema', version: migrations.length },
      ]);
    });

    it('goes on from where it was, one step after the other', async () => {
      const { url } = place();
      const database = await databaseOf(url);
      const taken: number[] = [];
      const steps = [0, 1, 2].map((number) => () => {
        taken.push(number);
        return Promise.resolve();
      });
      await migrate(database, steps.slice(0, 1));
      await migrate(database, steps);
      await migrate(database, steps);
      expect(taken).toEqual([0, 1, 2]);
    });

    it('of a newer version is refused', async () => {
      const { url, open } = place();
      await open();
      const schema = (await databaseOf(url)).collection('schema');
      await schema.updateOne({}, { $set: { version: 999 } });
      await expect(openMongoStore(url)).rejects.toThrow(NewerSchemaError);
    });

    it('has the indexes that docs/mongodb.md names', async () => {
      const { url, open } = place();
      await open();
      const database = await databaseOf(url);
      const names = async (collection: string) =>
        (await database.collection(collection).listIndexes().toArray())
          .map(({ name }: { name?: string }) => name)
          .sort();
      expect(await names('runs')).toEqual([
        '_id_',
        'by_age',
        'by_client_key',
        'by_dataset',
        'by_name',
        'by_status',
      ]);
    });
  });
});

describe('a MongoDB that cannot be used', () => {
  it('is named without user and password', async () => {
    const url =
      'mongodb://someone:se%40cret@127.0.0.1:1/whetstone?serverSelectionTimeoutMS=100&authSource=x';
    const error: unknown = await connect(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnreachableError);
    expect(isUnavailable(error)).toBe(true);
    const { message } = error as Error;
    expect(message).toContain('mongodb://127.0.0.1:1/whetstone, received: ');
    expect(message).not.toMatch(/someone|cret/);
  });

  it.each([
    ['an option that there is not', 'mongodb://u:secret@127.0.0.1/whetstone?nonsense=1'],
    ['a host that is none', 'mongodb://u:secret@[/whetstone'],
  ])('for %s is a mistake of the configuration', async (_sentence, url) => {
    const error: unknown = await connect(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toMatch(/secret/);
  });
});
