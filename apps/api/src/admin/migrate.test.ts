import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunFact } from '../runs/run-event.js';
import type { Store } from '../store/store.js';
import { openMongoStore } from '../store/mongodb/mongo-store.js';
import { lockDataDir } from '../store/sqlite/data-dir-lock.js';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { dataset, newRun, queued, running, stop } from '../store/sample-records.conformance.js';
import { contentOf } from '../testing/archives.js';
import { type MongoServer, noMongo, startMongo } from '../testing/mongo-server.js';
import { importedDataset, runEnds, startRun, whenStep } from '../testing/runs.js';
import { subscribe } from '../testing/subscribe.js';
import { cleanUp, startTestApp, temporaryFolder } from '../testing/test-app.js';
import { migrate } from './migrate.js';

const phases = [{ lrFind: { steps: 4 } }, { fit: { epochs: 3, learningRate: 1e-3 } }];
const steps = Array.from({ length: 18 }, (_, step) => step);
/** What the fourth command of a run led to. */
const fourthStop: RunFact = { type: 'command-applied', command: 'stop', step: 3, number: 3 };
let server: MongoServer;

const suite = noMongo === null ? describe : describe.skip;

/** An empty database, and a data folder. */
async function freshPlaces() {
  const dir = await temporaryFolder();
  const dataDir = path.join(dir, 'data');
  const file = path.join(dataDir, 'whetstone.sqlite');
  return { dir, dataDir, file, mongodbUrl: server.freshDatabase() };
}

async function appWithShapes(dir: string, trainer: Readonly<Record<string, string>> = {}) {
  const shapes = { classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 } as const;
  await drawShapes({ dir: path.join(dir, 'shapes'), ...shapes });
  const app = await startTestApp({ dir, trainer });
  return { app, datasetId: await importedDataset(app, path.join(dir, 'shapes')) };
}

/** Does something with a store, and closes it. */
async function within<Result>(
  opened: Store | Promise<Store>,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await opened;
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function runRowsOf(file: string): readonly object[] {
  const database = new Database(file);
  const rows = database.prepare('SELECT * FROM runs ORDER BY id').all() as object[];
  database.close();
  return rows.map((row) => ({ ...row, held_until: 0 }));
}

/** A store with two runs: one that was commanded, one whose log is longer than what is read at once. */
async function fill(store: Store): Promise<void> {
  const { runs, datasets } = store;
  await datasets.create(dataset('ds_1'));
  await datasets.create(dataset('ds_2', 2));
  const error = { code: 'EMPTY_DATASET', message: 'no images' };
  await datasets.finishImport('ds_2', { status: 'failed', error, problems: [] });
  await runs.create(newRun('run_1', { clientKey: 'one' }));
  await runs.append('run_1', [queued], { attempt: 0, seq: 0, at: 1 });
  await runs.claim('run_1', { expected: 0, heldUntil: 0 });
  await runs.append('run_1', [running, fourthStop], { attempt: 1, seq: 1, at: 2 });
  await runs.leaveCommand('run_1', { command: 'adjust', adjustment: { learningRateFactor: 2 } }, 3);
  await runs.relabel('run_1', { name: 'of mine', starred: true });
  await runs.create(
    newRun('run_2', { createdAt: 2, settings: { ...newRun('').settings, seed: -0 } }),
  );
  const many = Array.from({ length: 1500 }, () => queued);
  await runs.append('run_2', many, { attempt: 0, seq: 0, at: 1 });
  await store.remember('demo-dataset', 'ds_1');
}

suite(noMongo === null ? 'migrate' : `migrate (${noMongo})`, () => {
  beforeAll(async () => {
    server = await startMongo();
  });
  afterEach(cleanUp);
  afterAll(() => server.close());

  it('takes every row to MongoDB, and back', async () => {
    const { dir, dataDir, file, mongodbUrl } = await freshPlaces();
    const { app, datasetId } = await appWithShapes(dir);
    await runEnds(app, await startRun(app, { datasetId, phases }));
    await app.close();
    const before = await contentOf(dataDir);
    const there = await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    expect(there).toMatchObject({ runs: 1, datasets: 1 });
    const untouched = await contentOf(dataDir);
    delete (untouched as Record<string, string>)['whetstone.id'];
    expect(untouched).toEqual(before);
    await rename(file, `${file}.before`);
    const back = await migrate({ to: 'sqlite', dataDir, mongodbUrl });
    expect(back).toEqual(there);
    const after = await contentOf(dataDir);
    // Of runs, the time until which a process that has ended was taken to be alive differs.
    expect(runRowsOf(file)).toEqual(runRowsOf(`${file}.before`));
    for (const table of ['datasets', 'dataset_versions', 'run_events'])
      expect(after[table], table).toBe(before[table]);
  });

  it('is not noticed by a run that was cut off: it goes on where it was', async () => {
    const { dir, dataDir, mongodbUrl } = await freshPlaces();
    const { app, datasetId } = await appWithShapes(dir, { FORMULA_BATCH_MS: '50' });
    const id = await startRun(app, { datasetId, phases });
    await whenStep(app, id, 7);
    await app.close();
    await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    const other = await startTestApp({ dir, config: { mongodbUrl } });
    await runEnds(other, id);
    const { received, ended } = subscribe<{ steps: readonly number[] }>(other.address, {
      query: `subscription ($id: ID!) { batchMetrics(runId: $id) { steps } }`,
      variables: { id },
    });
    expect(await ended).toBe('completed');
    expect(received.flatMap((one) => one.steps)).toEqual(steps);
  });

  it('carries what people set and want, and numbers that JSON cannot say', async () => {
    const { dataDir, file, mongodbUrl } = await freshPlaces();
    await within(openSqliteStore(file), fill);
    await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    await within(openMongoStore(mongodbUrl), async (store) => {
      const { runs, datasets } = store;
      expect(await runs.findByClientKey('one')).toMatchObject({
        id: 'run_1',
        name: 'of mine',
        starred: true,
        status: 'running',
        attempt: 1,
        lastSeq: 2,
      });
      const waiting = await runs.waitingCommand('run_1');
      const wish = { command: 'adjust', adjustment: { learningRateFactor: 2 }, at: 3 };
      expect(waiting).toMatchObject(wish);
      // A number that the log knows would be taken for done.
      expect(waiting!.number).toBeGreaterThan(3);
      expect((await runs.find('run_2'))!.settings.seed).toBe(-0);
      const tail = await runs.events('run_2', { after: 1498, limit: 10 });
      expect(tail.map(({ seq }) => seq)).toEqual([1499]);
      expect(await datasets.find('ds_1')).toMatchObject({ status: 'importing' });
      expect((await datasets.find('ds_2'))!.error).toMatchObject({ code: 'EMPTY_DATASET' });
      expect(await store.recall('demo-dataset')).toBe('ds_1');
    });
  });

  it('goes on after it was cut off, in the midst of a log too', async () => {
    const { dataDir, file, mongodbUrl } = await freshPlaces();
    await within(openSqliteStore(file), fill);
    const controller = new AbortController();
    const cutOff = migrate({
      to: 'mongodb',
      dataDir,
      mongodbUrl,
      signal: controller.signal,
      onProgress: () => {
        controller.abort(new Error('cut off'));
      },
    });
    await expect(cutOff).rejects.toThrow('cut off');
    await within(openMongoStore(mongodbUrl), async ({ runs }) => {
      expect(await runs.find('run_2')).toBeUndefined();
      await runs.create(
        newRun('run_2', { createdAt: 2, settings: { ...newRun('').settings, seed: -0 } }),
      );
      const some = Array.from({ length: 1100 }, () => queued);
      await runs.append('run_2', some, { attempt: 0, seq: 0, at: 1 });
    });
    const report = await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    expect(await migrate({ to: 'mongodb', dataDir, mongodbUrl })).toEqual(report);
    await within(openMongoStore(mongodbUrl), async ({ runs }) => {
      expect((await runs.find('run_2'))!.lastSeq).toBe(1499);
    });
  });

  it.each([
    [
      'a run that the source does not have',
      ({ runs }: Store) => runs.create(newRun('run_9')),
      /run run_9, which the source does not have/,
    ],
    [
      'a run with the same id that was started otherwise',
      ({ runs }: Store) => runs.create(newRun('run_1', { inputHash: 'other' })),
      /another content of run run_1/,
    ],
    [
      'a log that went another way',
      async ({ runs }: Store) => {
        await runs.create(newRun('run_1', { clientKey: 'one' }));
        await runs.append('run_1', [running], { attempt: 0, seq: 0, at: 1 });
      },
      /another content of the log of run run_1/,
    ],
    [
      'a log that went further',
      async ({ runs }: Store) => {
        await runs.create(newRun('run_1', { clientKey: 'one' }));
        await runs.append('run_1', [queued], { attempt: 0, seq: 0, at: 1 });
        await runs.claim('run_1', { expected: 0, heldUntil: 0 });
        const more = [running, fourthStop, stop];
        await runs.append('run_1', more, { attempt: 1, seq: 1, at: 2 });
      },
      /differences in run run_1/,
    ],
    [
      'a dataset that the source does not have',
      ({ datasets }: Store) => datasets.create(dataset('ds_9')),
      /dataset ds_9, which the source does not have/,
    ],
  ])(
    'refuses a target with %s, and leaves the source as it is',
    async (_sentence, make: (store: Store) => Promise<unknown>, message) => {
      const { dataDir, file, mongodbUrl } = await freshPlaces();
      await within(openSqliteStore(file), fill);
      const before = await contentOf(dataDir);
      await within(openMongoStore(mongodbUrl), make);
      const refused = migrate({ to: 'mongodb', dataDir, mongodbUrl });
      await expect(refused).rejects.toMatchObject({ code: 'COPY_DIFFERS' });
      await expect(refused).rejects.toThrow(message);
      expect(await contentOf(dataDir)).toMatchObject(before);
    },
  );

  it('says so where somebody wrote meanwhile', async () => {
    const { dataDir, file, mongodbUrl } = await freshPlaces();
    await within(openSqliteStore(file), fill);
    await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    await rename(file, `${file}.before`);
    const writes: Promise<unknown>[] = [];
    const other = await openMongoStore(mongodbUrl);
    const onProgress = () => writes.push(other.runs.relabel('run_1', { notes: 'new' }));
    const refused = migrate({ to: 'sqlite', dataDir, mongodbUrl, onProgress });
    await expect(refused).rejects.toThrow(/differences in run run_1\. Somebody wrote/);
    await Promise.all(writes);
    await other.close();
    // And nothing looks like a store.
    await expect(migrate({ to: 'mongodb', dataDir, mongodbUrl })).rejects.toMatchObject({
      code: 'NO_DATA',
    });
  });

  it('refuses to write over a file, and a data folder or database that is in use', async () => {
    const { dataDir, file, mongodbUrl } = await freshPlaces();
    await within(openSqliteStore(file), fill);
    const overIt = () => migrate({ to: 'sqlite', dataDir, mongodbUrl });
    await expect(overIt()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await rename(file, `${file}.before`);
    await writeFile(`${file}-wal`, 'writes that belong to the file that was moved');
    await expect(overIt()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await rm(`${file}-wal`);
    await rename(`${file}.before`, file);
    const lock = lockDataDir(dataDir);
    await expect(migrate({ to: 'mongodb', dataDir, mongodbUrl })).rejects.toMatchObject({
      code: 'IN_USE',
    });
    lock.close();
    await migrate({ to: 'mongodb', dataDir, mongodbUrl });
    await within(openMongoStore(mongodbUrl), ({ runs }) =>
      runs.hold('run_1', 1, Date.now() + 30_000),
    );
    await rename(file, `${file}.before`);
    await expect(migrate({ to: 'sqlite', dataDir, mongodbUrl })).rejects.toThrow(
      /received run run_1, which trains/,
    );
  });

  it('refuses a database whose files are in another folder', async () => {
    const one = await freshPlaces();
    await within(openSqliteStore(one.file), fill);
    await migrate({ to: 'mongodb', dataDir: one.dataDir, mongodbUrl: one.mongodbUrl });
    const other = await freshPlaces();
    await expect(
      migrate({ to: 'sqlite', dataDir: other.dataDir, mongodbUrl: one.mongodbUrl }),
    ).rejects.toThrow(/Expected DATA_DIR to be the folder that the other processes/);
  });
});
