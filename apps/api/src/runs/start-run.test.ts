import path from 'node:path';
import { rm } from 'node:fs/promises';
import { drawShapes } from '@whetstone/training/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importedDataset, runEnds, startRun } from '../testing/runs.js';
import { cleanUp, startTestApp, type TestApp } from '../testing/test-app.js';

let app: TestApp;
let datasetId: string;
const quick = { phases: [{ evaluate: {} }] };

beforeAll(async () => {
  app = await startTestApp();
  const dir = path.join(app.dir, 'shapes');
  await drawShapes({ dir, classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 });
  datasetId = await importedDataset(app, dir);
});
afterAll(cleanUp);

const start = `mutation ($input: StartRunInput!) { startRun(input: $input) { run { id } } }`;

async function refusalOf(input: object) {
  const { errors } = await app.post(start, { variables: { input } });
  const { message, extensions } = errors![0]!;
  return { ...extensions, message };
}

describe('startRun', () => {
  it('queues a run with a name of its own', async () => {
    const id = await startRun(app, { datasetId });
    const { run } = await app.ask<{ run: object }>(
      `query ($id: ID!) { run(id: $id) {
        name tags demo dataset { id } datasetVersion config { recipe imageSize batchSize } phases { title }
      } }`,
      { id },
    );
    expect(run).toMatchObject({
      name: 'shapes, fine-tune',
      tags: [],
      demo: false,
      dataset: { id: datasetId },
      datasetVersion: 1,
      config: { recipe: 'FINE_TUNE', imageSize: 224, batchSize: 32 },
      phases: [
        { title: 'Train 1 epoch at 0.002' },
        { title: 'Unfreeze everything' },
        { title: 'Train 3 epochs at 1e-5 to 0.001' },
      ],
    });
    await runEnds(app, id);
  });

  it.each([
    ['the recipe’s', {}, 0.002],
    ['the one given', { learningRate: 5e-4 }, 5e-4],
    ['none before a finder has found it', { learningRateFrom: 'VALLEY' }, null],
    ['none without a fit', { recipe: 'LR_FIND' }, null],
  ])('says the learning rate it was given: %s', async (_what, input, learningRate) => {
    const id = await startRun(app, { datasetId, ...input });
    const { run } = await app.ask<{ run: object }>(
      `query ($id: ID!) { run(id: $id) { config { learningRate } } }`,
      { id },
    );
    expect(run).toEqual({ config: { learningRate } });
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id });
    await runEnds(app, id);
  });

  it('gives the same run for the same key and input, and CONFLICT for another input', async () => {
    const input = { datasetId, clientKey: 'mine', name: 'keyed', ...quick };
    const [first, second] = await Promise.all([startRun(app, input), startRun(app, input)]);
    expect(second).toBe(first);
    expect(await startRun(app, input)).toBe(first);
    expect(await refusalOf({ ...input, seed: 1 })).toMatchObject({
      code: 'CONFLICT',
      field: 'input.clientKey',
    });
  });

  it.each([
    ['an unknown dataset', () => ({ datasetId: 'ds_none' }), 'NOT_FOUND'],
    ['an unknown version', () => ({ datasetId, version: 2 }), 'BAD_USER_INPUT'],
    ['a valid split that would be empty', () => ({ datasetId, validShare: 0.1 }), 'BAD_USER_INPUT'],
    [
      'too many tags',
      () => ({ datasetId, tags: Array.from({ length: 21 }, (_, tag) => String(tag)) }),
      'BAD_USER_INPUT',
    ],
    ['a name without end', () => ({ datasetId, name: 'x'.repeat(201) }), 'BAD_USER_INPUT'],
    ['zero epochs', () => ({ datasetId, epochs: 0 }), 'BAD_USER_INPUT'],
    ['an enum value that there is not', () => ({ datasetId, recipe: 'GUESS' }), 'BAD_USER_INPUT'],
  ])('refuses %s', async (_sentence, input, code) => {
    const refused = await refusalOf(input());
    expect(refused.code).toBe(code);
    expect(refused.message).not.toBe('');
  });

  it('refuses a dataset whose import failed, and says why it did', async () => {
    const { importDataset } = await app.ask<{ importDataset: { dataset: { id: string } } }>(
      `mutation ($path: String!) {
        importDataset(input: { name: "none", path: $path }) { dataset { id } }
      }`,
      { path: path.join(app.dir, 'cache') },
    );
    const { id } = importDataset.dataset;
    const refused = await refusalOf({ datasetId: id });
    expect(refused.code).toBe('DATASET_NOT_READY');
  });

  it('refuses to start without pretrained weights that nobody may fetch, and says so', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const other = await startTestApp();
    const dir = path.join(other.dir, 'shapes');
    await drawShapes({ dir, classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 });
    const id = await importedDataset(other, dir);
    await rm(path.join(other.dir, 'cache/weights'), { recursive: true });
    const { errors } = await other.post(start, { variables: { input: { datasetId: id } } });
    expect(errors?.[0]?.extensions.code).toBe('WEIGHTS_MISSING');
    expect(errors?.[0]?.message).toContain('HF_HUB_OFFLINE forbids to fetch');
    vi.unstubAllEnvs();
  });
});

describe('runs', () => {
  interface Page {
    readonly runs: {
      readonly totalCount: number;
      readonly edges: { node: { id: string; name: string } }[];
      readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
    };
  }
  const list = async (args: string) => {
    const { runs } = await app.ask<Page>(`{ runs(${args}) {
      totalCount edges { node { id name } } pageInfo { hasNextPage hasPreviousPage endCursor }
    } }`);
    return runs;
  };

  it('are filtered, ordered and paged', async () => {
    for (const name of ['pets B', 'pets A', 'pets C']) {
      await runEnds(app, await startRun(app, { datasetId, name, ...quick }));
    }
    const filter = `filter: { text: "pets", status: [SUCCEEDED], datasetId: "${datasetId}" }`;
    const order = 'orderBy: { field: NAME, direction: ASC }';
    const first = await list(`first: 2, ${filter}, ${order}`);
    expect(first.edges.map(({ node }) => node.name)).toEqual(['pets A', 'pets B']);
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([3, true]);
    const rest = await list(`first: 2, ${filter}, ${order}, after: "${first.pageInfo.endCursor}"`);
    expect(rest.edges.map(({ node }) => node.name)).toEqual(['pets C']);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const newest = await list(`first: 1, ${filter}`);
    expect(newest.edges[0]?.node.name).toBe('pets C');
  });

  it('have series, reduced to what is asked for', async () => {
    const id = await startRun(app, {
      datasetId,
      phases: [{ fit: { epochs: 2, learningRate: 1e-3 } }],
    });
    await runEnds(app, id);
    const series = async (args: string) =>
      app.post(
        `{ run(id: "${id}") { series(${args}) { steps last nonFinite bucketSize reduced } } }`,
      );
    const { data } = await series('name: "loss", maxPoints: 3');
    expect(data).toMatchObject({
      run: { series: { steps: [0, 4, 8], nonFinite: [1, 0, 0], bucketSize: 4, reduced: true } },
    });
    const unknown = await series('name: "nonsense"');
    expect(unknown.errors?.[0]?.message).toContain('loss, smoothedLoss');
    const oversmooth = await series('name: "loss", smoothing: 1');
    expect(oversmooth.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('are found by node, and so are datasets', async () => {
    const id = await startRun(app, { datasetId, name: 'by node', ...quick });
    const find = (nodeId: string) =>
      app.ask(`query ($id: ID!) { node(id: $id) { __typename id ... on Run { name } } }`, {
        id: nodeId,
      });
    expect(await find(id)).toEqual({ node: { __typename: 'Run', id, name: 'by node' } });
    expect(await find(datasetId)).toEqual({ node: { __typename: 'Dataset', id: datasetId } });
  });
});
