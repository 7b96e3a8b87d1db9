import { drawShapes } from '@whetstone/training/testing';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inProcessQueue } from '../queue/in-process.js';
import { RunLog } from '../runs/run-log.js';
import { WakeBus } from '../runs/wake-bus.js';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { subscribe } from '../testing/subscribe.js';
import {
  cleanUp,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  temporaryFolder,
} from '../testing/test-app.js';
import { importedDataset, runEnds, runReaches, startRun, whenStep } from '../testing/runs.js';

afterEach(cleanUp);

const phases = [
  { lrFind: { steps: 4 } },
  { fit: { epochs: 1, learningRate: 1e-3 } },
  { unfreeze: {} },
  { fit: { epochs: 2, learningRate: 1e-3 } },
];
const longFit = [{ fit: { epochs: 1000, learningRate: 1e-3 } }];
const slow = { FORMULA_BATCH_MS: '20' };

interface Ended {
  readonly status: string;
  readonly statusReason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function appWithShapes(options: TestAppOptions = {}) {
  const dir = options.dir ?? (await temporaryFolder());
  await drawShapes({
    dir: path.join(dir, 'shapes'),
    classes: ['circle', 'square'],
    perClass: 4,
    size: 16,
    seed: 1,
  });
  const app = await startTestApp({ ...options, dir });
  return { app, datasetId: await importedDataset(app, path.join(dir, 'shapes')) };
}

async function endOf(app: TestApp, id: string): Promise<Ended> {
  const { run } = await app.ask<{ run: Ended }>(
    `query ($id: ID!) { run(id: $id) { status statusReason error { code message } } }`,
    { id },
  );
  return run;
}

describe('a run', () => {
  it('is trained to its end, and its log adds up to what the trainer reported', async () => {
    const { app, datasetId } = await appWithShapes();
    const id = await startRun(app, { datasetId, phases });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const { run } = await app.ask<{ run: Record<string, unknown> }>(
      `query ($id: ID!) { run(id: $id) {
        phases { kind status epochCount lrFinder { indexes stoppedBecause } }
        epochs { epoch phase step validLoss metrics { errorRate } best }
        bestEpoch { epoch }
        attempts { number fromStep }
        environment { engine }
        progress { fraction step totalSteps epoch totalEpochs secondsLeft }
        artifacts { name kind epoch bytes }
        seriesNames
        confusionMatrix(epoch: 0) { counts mostConfused { actual predicted count actualTotal } }
        topLosses(first: 1, epoch: 0) { loss actual }
        classReport { label recall support }
      } }`,
      { id },
    );
    // The formula: 6 batches an epoch, loss e^(-step/10), one more right of 4 after each epoch.
    expect(run).toMatchObject({
      phases: [
        { kind: 'LR_FIND', status: 'COMPLETED', lrFinder: { indexes: [0, 1, 2, 3] } },
        { kind: 'FIT', status: 'COMPLETED', epochCount: 1 },
        { kind: 'UNFREEZE', status: 'COMPLETED' },
        { kind: 'FIT', status: 'COMPLETED', epochCount: 2 },
      ],
      epochs: [
        { epoch: 0, phase: 1, step: 5, metrics: { errorRate: 0.75 }, best: false },
        { epoch: 1, phase: 3, step: 11, metrics: { errorRate: 0.5 }, best: false },
        { epoch: 2, phase: 3, step: 17, metrics: { errorRate: 0.25 }, best: true },
      ],
      bestEpoch: { epoch: 2 },
      attempts: [{ number: 1, fromStep: 0 }],
      environment: { engine: 'formula 1.0.0' },
      progress: {
        fraction: 1,
        step: 18,
        totalSteps: 18,
        epoch: 3,
        totalEpochs: 3,
        secondsLeft: null,
      },
      artifacts: [
        { kind: 'predictions', epoch: 0 },
        { kind: 'predictions', epoch: 1 },
        { kind: 'predictions', epoch: 2 },
        { kind: 'best-weights', epoch: 2, bytes: 'weights of epoch 2'.length },
      ],
      // Epoch 0 is right about the first of four items, circle.
      confusionMatrix: {
        counts: [
          [1, 1],
          [2, 0],
        ],
        mostConfused: [
          { actual: 'square', predicted: 'circle', count: 2, actualTotal: 2 },
          { actual: 'circle', predicted: 'square', count: 1, actualTotal: 2 },
        ],
      },
      topLosses: [{ loss: 'Infinity', actual: 'square' }],
      classReport: [
        { label: 'circle', recall: 1, support: 2 },
        { label: 'square', recall: 0.5, support: 2 },
      ],
    });
  });

  it('leaves only the weights of its best epoch, and serves them', async () => {
    const { app, datasetId } = await appWithShapes();
    const id = await startRun(app, { datasetId, phases });
    await runEnds(app, id);
    const get = (file: string) => fetch(`${app.address}/artifacts/runs/${id}/${file}`);
    expect(await (await get('best-a1-e2.safetensors')).text()).toBe('weights of epoch 2');
    expect((await get('best-a1-e0.safetensors')).status).toBe(404);
  });

  it('fails with the trainer’s code and sentence', async () => {
    const { app, datasetId } = await appWithShapes();
    const id = await startRun(app, { datasetId, seed: 13 });
    await runEnds(app, id);
    expect(await endOf(app, id)).toEqual({
      status: 'FAILED',
      statusReason: null,
      error: { code: 'NO_SUGGESTION', message: 'Expected a suggestion, received none' },
    });
  });

  it('stops after the batch at hand, and keeps what it has learned', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const id = await startRun(app, { datasetId, phases: longFit });
    await whenStep(app, id, 8);
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id });
    expect(await runEnds(app, id)).toBe('STOPPED');
    const { run } = await app.ask<{ run: { artifacts: { kind: string }[] } }>(
      `query ($id: ID!) { run(id: $id) { artifacts { kind } } }`,
      { id },
    );
    expect(run.artifacts.map(({ kind }) => kind)).toContain('best-weights');
  });

  it('is stopped even if its trainer takes no notice', async () => {
    const { app, datasetId } = await appWithShapes({
      trainer: { ...slow, FORMULA_IGNORES_STOP: '1' },
    });
    const id = await startRun(app, { datasetId, phases: longFit });
    await whenStep(app, id, 1);
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id });
    expect(await runEnds(app, id)).toBe('STOPPED');
  });

  it('is stopped at once while it waits', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    await startRun(app, { datasetId, phases: longFit });
    const waiting = await startRun(app, { datasetId });
    const { stopRun } = await app.ask<{ stopRun: { run: { status: string } } }>(
      `mutation ($id: ID!) { stopRun(id: $id) { run { status } } }`,
      { id: waiting },
    );
    expect(stopRun.run.status).toBe('STOPPED');
  });
});

describe('a trainer that dies', () => {
  it('leaves its run interrupted, with how it died and its last words', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: { FORMULA_DIE_AT_STEP: '7' } });
    const id = await startRun(app, { datasetId, phases });
    await runReaches(app, id, 'INTERRUPTED');
    const { error } = await endOf(app, id);
    expect(error?.code).toBe('TRAINER_DIED');
    expect(error?.message).toContain('SIGKILL');
    expect(error?.message).toContain('the formula came to its end');
  });

  it('leaves the API and the next run unharmed', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const first = await startRun(app, { datasetId, phases: longFit });
    const second = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    await whenStep(app, first, 2);
    process.kill(app.worker.trainerPid!, 'SIGKILL');
    await runReaches(app, first, 'INTERRUPTED');
    expect(await runEnds(app, second)).toBe('SUCCEEDED');
  });
});

describe('the end of the program', () => {
  it('interrupts the run that trains, ends its trainer, and closes sockets with 1001', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const id = await startRun(app, { datasetId, phases: longFit });
    const watching = subscribe(app.address, {
      query: `subscription ($id: ID!) { runEvents(runId: $id) { seq } }`,
      variables: { id },
    });
    await whenStep(app, id, 2);
    const pid = app.worker.trainerPid!;
    await app.close();
    expect(await watching.ended).toBe('closed 1001');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');

    const again = await startTestApp({ dir: app.dir });
    const { status, statusReason } = await endOf(again, id);
    expect(status).toBe('INTERRUPTED');
    expect(statusReason).toContain('The program was ended');
  });

  it('without notice interrupts the run that was training, and queues the runs that waited', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const training = await startRun(app, { datasetId, phases: longFit });
    const waiting = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    await whenStep(app, training, 1);
    await app.close();
    // What a kill -9 leaves behind: a run that is RUNNING and nobody who runs it.
    const store = openSqliteStore(path.join(app.dir, 'data', 'whetstone.sqlite'));
    const log = await RunLog.claim((await store.runs.find(training))!, {
      store: store.runs,
      bus: new WakeBus(),
    });
    await log?.append([{ type: 'status', status: 'running', reason: null, error: null }]);
    store.close();

    const again = await startTestApp({ dir: app.dir });
    const { status, statusReason } = await endOf(again, training);
    expect(status).toBe('INTERRUPTED');
    expect(statusReason).toContain('ended without notice');
    expect(await runEnds(again, waiting)).toBe('SUCCEEDED');
  });
});

describe('the demo', () => {
  const demo = async (dir: string) => {
    const images = path.join(dir, 'cache', 'demo-images');
    await drawShapes({
      dir: images,
      classes: ['circle', 'square'],
      perClass: 4,
      size: 16,
      seed: 2,
    });
    return { demo: true, demoImagesDir: images };
  };
  const demoRuns = `{ runs { edges { node { id demo name status attempts { number } } } } }`;
  interface Runs {
    readonly runs: {
      readonly edges: { node: { id: string; demo: boolean; status: string; attempts: object[] } }[];
    };
  }
  const demoRun = async (app: TestApp) => {
    for (;;) {
      const { runs } = await app.ask<Runs>(demoRuns);
      const found = runs.edges.find(({ node }) => node.demo);
      if (found) return found.node;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('makes way for a person’s run, then begins again, and its readers are told to rewind', async () => {
    const dir = await temporaryFolder();
    const config = await demo(dir);
    const { app, datasetId } = await appWithShapes({ dir, config, trainer: slow });
    const { id: demoId } = await demoRun(app);
    await whenStep(app, demoId, 3);
    const batches = subscribe<{ steps: number[]; rewoundTo: number | null }>(app.address, {
      query: `subscription ($id: ID!) { batchMetrics(runId: $id) { steps rewoundTo } }`,
      variables: { id: demoId },
    });
    const mine = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    expect(await runEnds(app, mine)).toBe('SUCCEEDED');
    expect(await runEnds(app, demoId)).toBe('SUCCEEDED');
    expect(await batches.ended).toBe('completed');

    const rewinds = batches.received.filter(({ rewoundTo }) => rewoundTo !== null);
    expect(rewinds).toEqual([{ steps: [], rewoundTo: 0 }]);
    const afterRewind = batches.received.slice(batches.received.indexOf(rewinds[0]!) + 1);
    // One frozen and three unfrozen epochs of 6 batches.
    const all = Array.from({ length: 24 }, (_, step) => step);
    expect(afterRewind.flatMap(({ steps }) => steps)).toEqual(all);
    expect((await demoRun(app)).attempts).toHaveLength(2);
    const { run } = await app.ask<{ run: { series: { steps: number[] }; epochs: object[] } }>(
      `query ($id: ID!) { run(id: $id) { series(name: "loss") { steps } epochs { epoch } } }`,
      { id: demoId },
    );
    expect(run.series.steps).toEqual(all);
    expect(run.epochs).toHaveLength(4);
  });

  it('is trained once, on the first start', async () => {
    const dir = await temporaryFolder();
    const config = await demo(dir);
    const app = await startTestApp({ dir, config });
    const { id } = await demoRun(app);
    await runEnds(app, id);
    await app.close();
    const again = await startTestApp({ dir, config });
    const { runs } = await again.ask<Runs>(demoRuns);
    expect(runs.edges.map(({ node }) => node.id)).toEqual([id]);
  });

  it('does not begin where a person has trained already', async () => {
    const dir = await temporaryFolder();
    const { app, datasetId } = await appWithShapes({ dir });
    await runEnds(app, await startRun(app, { datasetId, phases: [{ evaluate: {} }] }));
    await app.close();
    const again = await startTestApp({ dir, config: await demo(dir) });
    const { datasets } = await again.ask<{ datasets: { totalCount: number } }>(
      `{ datasets { totalCount } }`,
    );
    expect(datasets.totalCount).toBe(1);
  });
});

it('a second program on the same folder refuses to start', async () => {
  const app = await startTestApp();
  await expect(startTestApp({ dir: app.dir })).rejects.toThrow('another Whetstone uses it');
});

it('a queue that was closed takes no more runs', async () => {
  const queue = inProcessQueue();
  const begun: string[] = [];
  queue.consume(({ runId }) => {
    begun.push(runId);
    return Promise.resolve();
  });
  await queue.close();
  await queue.add({ runId: 'a', priority: 'person' });
  expect(begun).toEqual([]);
});
