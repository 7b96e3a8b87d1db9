import { readdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
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
import { importedDataset, runEnds, startRun, whenStep } from '../testing/runs.js';

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

/** What a run came to. */
async function outcomeOf(app: TestApp, id: string) {
  const { run } = await app.ask<{
    run: {
      series: { steps: number[]; last: unknown[] };
      epochs: { epoch: number; validLoss: unknown }[];
      artifacts: { kind: string; epoch: number }[];
    };
  }>(
    `query ($id: ID!) { run(id: $id) {
      series(name: "loss", maxPoints: 100000) { steps last }
      epochs { epoch validLoss metrics { errorRate } }
      artifacts { kind epoch }
    } }`,
    { id },
  );
  return run;
}

async function attemptsOf(app: TestApp, id: string) {
  const { run } = await app.ask<{ run: { attempts: { number: number; fromStep: number }[] } }>(
    `query ($id: ID!) { run(id: $id) { attempts { number fromStep } } }`,
    { id },
  );
  return run.attempts;
}

/** Everything that the log says of a run, by GraphQL type. */
async function eventsOf(app: TestApp, id: string): Promise<string[]> {
  const events = subscribe<{ __typename: string }>(app.address, {
    query: `subscription ($id: ID!) { runEvents(runId: $id) { __typename } }`,
    variables: { id },
  });
  expect(await events.ended).toBe('completed');
  return events.received.map(({ __typename }) => __typename);
}

describe('a trainer that dies', () => {
  const undisturbed = async () => {
    const { app, datasetId } = await appWithShapes();
    const id = await startRun(app, { datasetId, phases });
    await runEnds(app, id);
    return outcomeOf(app, id);
  };

  it('is followed by another, which goes on from the last checkpoint as if nothing had happened', async () => {
    const dir = await temporaryFolder();
    // Steps 4 and 6 of the second epoch's twelve have checkpoints before them.
    const trainer = { FORMULA_DIE_AT_STEP: '9', FORMULA_DIES_ONCE: path.join(dir, 'died') };
    const { app, datasetId } = await appWithShapes({ dir, trainer });
    const id = await startRun(app, { datasetId, phases });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    expect(await attemptsOf(app, id)).toEqual([
      { number: 1, fromStep: 0 },
      { number: 2, fromStep: 6 },
    ]);
    expect(await outcomeOf(app, id)).toEqual(await undisturbed());
    expect(await eventsOf(app, id)).not.toContain('Rewound');
  });

  it('is followed by one of another kind, whose own numbers replace those since the checkpoint', async () => {
    const dir = await temporaryFolder();
    const died = path.join(dir, 'died');
    const trainer = { FORMULA_DIE_AT_STEP: '9', FORMULA_DIES_ONCE: died, FORMULA_DRIFTS: '1' };
    const { app, datasetId } = await appWithShapes({ dir, trainer });
    const id = await startRun(app, { datasetId, phases });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const { series } = await outcomeOf(app, id);
    expect(series.steps).toEqual(Array.from({ length: 18 }, (_, step) => step));
    const loss = (step: number) => Math.exp(-step / 10);
    expect(series.last.slice(4)).toEqual(
      Array.from({ length: 14 }, (_, index) => loss(index + 4) + (index + 4 < 6 ? 0 : 1)),
    );
    expect(await eventsOf(app, id)).toContain('Rewound');
  });

  it('is followed by one that cannot read the newest checkpoint, and goes on from an earlier one', async () => {
    const dir = await temporaryFolder();
    const died = path.join(dir, 'died');
    const trainer = {
      FORMULA_DIE_AT_STEP: '9',
      FORMULA_DIES_ONCE: died,
      FORMULA_UNREADABLE: '1',
    };
    const { app, datasetId } = await appWithShapes({ dir, trainer });
    const id = await startRun(app, { datasetId, phases });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    expect((await attemptsOf(app, id)).map(({ fromStep }) => fromStep)).toEqual([0, 6, 4]);
    expect(await outcomeOf(app, id)).toEqual(await undisturbed());
  });

  it('three times in one place fails its run, with how it died and its last words', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: { FORMULA_DIE_AT_STEP: '7' } });
    const id = await startRun(app, { datasetId, phases });
    expect(await runEnds(app, id)).toBe('FAILED');
    const { error, statusReason } = await endOf(app, id);
    expect(statusReason).toContain('3 times in the same place');
    expect(error?.code).toBe('TRAINER_DIED');
    expect(error?.message).toContain('SIGKILL');
    expect(error?.message).toContain('the formula came to its end');
    expect(await attemptsOf(app, id)).toHaveLength(3);
  });

  it('leaves the API and the next run unharmed', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const first = await startRun(app, { datasetId, phases: longFit });
    const second = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    await whenStep(app, first, 2);
    process.kill(app.worker!.trainerPids[0]!, 'SIGKILL');
    expect(await runEnds(app, second)).toBe('SUCCEEDED');
  });

  it('goes on from the checkpoint before, where the newest is torn', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const id = await startRun(app, { datasetId, phases });
    // Checkpoints at 4 (within the first epoch), 6 (its end), 10.
    await whenStep(app, id, 10);
    await app.close();
    const folder = path.join(app.dir, 'data/runs', id);
    const stored = (await readdir(folder)).filter((file) => file.startsWith('checkpoint-'));
    const newest = stored.sort((a, b) => stepIn(a) - stepIn(b)).at(-1)!;
    await truncate(path.join(folder, newest), 5);
    const again = await startTestApp({ dir: app.dir });
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
    expect((await attemptsOf(again, id))[1]!.fromStep).toBeLessThan(stepIn(newest));
    expect(await outcomeOf(again, id)).toEqual(await undisturbed());
  });
});

const stepIn = (file: string): number => Number(/-s(\d+)\./.exec(file)![1]);

describe('the end of the program', () => {
  it('ends the trainer behind a checkpoint, closes sockets with 1001, and the next start goes on', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const id = await startRun(app, { datasetId, phases });
    const watching = subscribe(app.address, {
      query: `subscription ($id: ID!) { runEvents(runId: $id) { seq } }`,
      variables: { id },
    });
    await whenStep(app, id, 2);
    const pid = app.worker!.trainerPids[0]!;
    await app.close();
    expect(await watching.ended).toBe('closed 1001');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');

    const again = await startTestApp({ dir: app.dir });
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
    const [attempts, { series }] = [await attemptsOf(again, id), await outcomeOf(again, id)];
    // Nothing is computed twice: it goes on with the step behind the last one that was shown.
    expect(attempts[1]!.fromStep).toBeGreaterThan(2);
    expect(series.steps).toEqual(Array.from({ length: 18 }, (_, step) => step));
    expect(await eventsOf(again, id)).not.toContain('Rewound');
  });

  it('without notice: the run that was training goes on, and so do the runs that waited', async () => {
    const { app, datasetId } = await appWithShapes({ trainer: slow });
    const training = await startRun(app, { datasetId, phases });
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
    await store.close();

    const again = await startTestApp({ dir: app.dir });
    expect(await runEnds(again, training)).toBe('SUCCEEDED');
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

  it('makes way for a person’s run, then goes on where it was', async () => {
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

    expect(batches.received.every(({ rewoundTo }) => rewoundTo === null)).toBe(true);
    // One frozen and three unfrozen epochs of 6 batches, each seen once.
    const all = Array.from({ length: 24 }, (_, step) => step);
    expect(batches.received.flatMap(({ steps }) => steps)).toEqual(all);
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
  }, 1);
  await queue.close();
  await queue.add({ runId: 'a', attempt: 0, priority: 'person' });
  expect(begun).toEqual([]);
});
