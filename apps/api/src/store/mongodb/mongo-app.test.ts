import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CuttableProxy, cuttableProxy } from '../../testing/cuttable-proxy.js';
import { noStandIn, type StandIn, startStandIn } from '../../testing/mongo-server.js';
import { importedDataset, runEnds, startRun, whenStep } from '../../testing/runs.js';
import { subscribe } from '../../testing/subscribe.js';
import { cleanUp, startTestApp, type TestApp, temporaryFolder } from '../../testing/test-app.js';

let server: StandIn;
let proxy: CuttableProxy;
let dir: string;
let mongodbUrl: string;

const phases = [{ fit: { epochs: 3, learningRate: 1e-3 } }];
const slow = { FORMULA_BATCH_MS: '20' };

const start = (trainer = {}) => startTestApp({ dir, trainer, config: { mongodbUrl } });

async function startWithShapes(trainer = {}) {
  const shapes = path.join(dir, 'shapes');
  await drawShapes({ dir: shapes, classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 });
  const app = await start(trainer);
  return { app, datasetId: await importedDataset(app, shapes) };
}

/** Steps of a run, as a subscriber from the start receives them, to its end. */
async function stepsOf(app: TestApp, id: string): Promise<readonly number[]> {
  const { received, ended } = subscribe<{ steps: readonly number[] }>(app.address, {
    query: `subscription ($id: ID!) { batchMetrics(runId: $id) { steps } }`,
    variables: { id },
  });
  expect(await ended).toBe('completed');
  return received.flatMap(({ steps }) => steps);
}

const steps = Array.from({ length: 18 }, (_, step) => step);

const suite = noStandIn === null ? describe : describe.skip;

suite(noStandIn === null ? 'the program on MongoDB' : `MongoDB (${noStandIn})`, () => {
  beforeAll(async () => {
    server = await startStandIn();
    proxy = await cuttableProxy(server.port);
  });
  afterEach(cleanUp);
  afterAll(async () => {
    await proxy.close();
    await server.close();
  });

  async function freshPlace() {
    dir = await temporaryFolder();
    const url = server.freshDatabase().replace(`:${server.port}/`, `:${proxy.port}/`);
    mongodbUrl = `${url}?serverSelectionTimeoutMS=1000&heartbeatFrequencyMS=500`;
  }

  it('trains a run, shows it live, and forgets it when it is deleted', async () => {
    await freshPlace();
    const { app, datasetId } = await startWithShapes(slow);
    const { system } = await app.ask<{ system: unknown }>('{ system { store } }');
    expect(system).toEqual({ store: 'MongoDB' });
    const id = await startRun(app, { datasetId, phases });
    expect(await stepsOf(app, id)).toEqual(steps);
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    await app.ask('mutation ($id: ID!) { deleteRun(id: $id) { id } }', { id });
    const { runs } = await app.ask<{ runs: unknown }>('{ runs { totalCount } }');
    expect(runs).toEqual({ totalCount: 0 });
  });

  it('goes on with a run after it was ended and started again', async () => {
    await freshPlace();
    const { app, datasetId } = await startWithShapes(slow);
    const id = await startRun(app, { datasetId, phases });
    await whenStep(app, id, 2);
    await app.close();
    const again = await start();
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
    expect(await stepsOf(again, id)).toEqual(steps);
  });

  it('says that the store is away, and a run goes on behind that without a gap', async () => {
    await freshPlace();
    const { app, datasetId } = await startWithShapes({ FORMULA_BATCH_MS: '60' });
    const id = await startRun(app, { datasetId, phases });
    await whenStep(app, id, 2);
    proxy.cut();
    const { errors } = await app.post('{ runs { totalCount } }');
    expect(errors?.[0]?.extensions.code).toBe('STORE_UNAVAILABLE');
    expect((await fetch(`${app.address}/readyz`)).status).toBe(503);
    expect((await fetch(`${app.address}/healthz`)).status).toBe(200);
    proxy.mend();
    await ready(app);
    await app.close();
    const again = await start();
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
    expect(await stepsOf(again, id)).toEqual(steps);
  });
});

async function ready(app: TestApp): Promise<void> {
  while ((await fetch(`${app.address}/readyz`)).status !== 200)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
