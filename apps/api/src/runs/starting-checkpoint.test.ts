import { readdirSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { importedDataset, runEnds, startRun, whenStep } from '../testing/runs.js';
import {
  cleanUp,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  temporaryFolder,
} from '../testing/test-app.js';

afterEach(cleanUp);

const phases = [
  { fit: { epochs: 1, learningRate: 2e-3 } },
  { unfreeze: {} },
  { fit: { epochs: 2, learningRateRange: { min: 1e-5, max: 1e-3 } } },
];
/** Steps of the parent, of six batches an epoch. */
const STEPS = 18;

type Shape = 'circle' | 'square' | 'triangle';

async function importShapes(app: TestApp, classes: readonly Shape[]): Promise<string> {
  const dir = path.join(app.dir, classes.join('-'));
  await drawShapes({ dir, classes, perClass: 4, size: 16, seed: 1 });
  return importedDataset(app, dir);
}

/** A run that has ended, to begin with. */
async function appWithParent(input: object = {}, options: TestAppOptions = {}) {
  const app = await startTestApp(options);
  const datasetId = await importShapes(app, ['circle', 'square']);
  const parent = await startRun(app, { datasetId, phases, ...input });
  expect(await runEnds(app, parent)).toBe('SUCCEEDED');
  const { checkpoints } = await runOf(app, parent);
  return { app, datasetId, parent, checkpoints, from: checkpoints.at(-1)!.id };
}

interface Place {
  readonly phase: number;
  readonly epoch: number;
  readonly step: number;
}

interface RunRead {
  readonly name: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly checkpoints: readonly (Place & { readonly id: string; readonly endsFit: boolean })[];
  readonly parent: { readonly id: string } | null;
  readonly startedFrom: (Place & { readonly runId: string; readonly checkpoint: string }) | null;
  readonly phases: readonly { readonly kind: string; readonly title: string }[];
  readonly series: { readonly steps: readonly number[]; readonly last: readonly unknown[] };
  readonly config: object;
  readonly attempts: readonly { readonly fromStep: number }[];
}

async function runOf(app: TestApp, id: string): Promise<RunRead> {
  const { run } = await app.ask<{ run: RunRead }>(
    `query ($id: ID!) { run(id: $id) {
      name
      error { code message }
      checkpoints { id phase epoch step endsFit bytes createdAt }
      parent { id }
      startedFrom { runId checkpoint phase epoch step }
      phases { kind title }
      series(name: "loss", maxPoints: 100000) { steps last }
      config { recipe architecture imageSize batchSize seed validShare frozenBody }
      attempts { fromStep }
    } }`,
    { id },
  );
  return run;
}

async function refusalOf(app: TestApp, input: object) {
  const { errors } = await app.post(
    `mutation ($input: StartRunInput!) { startRun(input: $input) { run { id } } }`,
    { variables: { input } },
  );
  const { message, extensions } = errors![0]!;
  return { ...extensions, message };
}

/** The formula's losses, as of a run that went on from `before` steps. */
const lossesAfter = (before: number, count: number): unknown[] =>
  Array.from({ length: count }, (_, step) =>
    step === 3 ? 'NaN' : Math.exp(-(step + before) / 10),
  );

describe('checkpoints of a run', () => {
  it('are the newest two and the end of each fit, oldest first', async () => {
    const { checkpoints, parent } = await appWithParent();
    expect(checkpoints).toMatchObject([
      { phase: 0, epoch: 1, step: 6, endsFit: true },
      { phase: 2, epoch: 2, step: 12, endsFit: false },
      { phase: 2, epoch: 3, step: STEPS, endsFit: true },
    ]);
    for (const { id } of checkpoints) expect(id.startsWith(`${parent}:`)).toBe(true);
  });
});

describe('a run that begins with a checkpoint', () => {
  it('begins where the other run was, counts from 0, and says where it comes from', async () => {
    const { app, datasetId, parent, checkpoints } = await appWithParent();
    for (const { id: from, ...place } of checkpoints) {
      const id = await startRun(app, { datasetId, from, recipe: 'EXTEND', epochs: 1 });
      expect(await runEnds(app, id)).toBe('SUCCEEDED');
      const child = await runOf(app, id);
      expect(child.series.steps).toEqual([0, 1, 2, 3, 4, 5]);
      expect(child.series.last).toEqual(lossesAfter(place.step, 6));
      expect(child.parent).toEqual({ id: parent });
      const { phase, epoch, step } = place;
      expect(child.startedFrom).toEqual({ runId: parent, checkpoint: from, phase, epoch, step });
    }
    expect(await runOf(app, parent)).toMatchObject({ parent: null, startedFrom: null });
  });

  it('can be begun with itself', async () => {
    const { app, datasetId, from } = await appWithParent();
    const input = { datasetId, recipe: 'EXTEND', epochs: 1 };
    const child = await startRun(app, { ...input, from });
    await runEnds(app, child);
    const [checkpoint] = (await runOf(app, child)).checkpoints.slice(-1);
    const grandchild = await startRun(app, { ...input, from: checkpoint!.id });
    await runEnds(app, grandchild);
    expect((await runOf(app, grandchild)).series.last).toEqual(lossesAfter(STEPS + 6, 6));
  });

  it('outlives the run whose checkpoint it was', async () => {
    const { app, datasetId, parent, from } = await appWithParent();
    const before = await startRun(app, {
      datasetId,
      phases: [{ fit: { epochs: 1000, learningRate: 1e-3 } }],
    });
    await whenStep(app, before, 1);
    const id = await startRun(app, { datasetId, from, recipe: 'EXTEND', epochs: 1 });
    await app.ask(`mutation ($id: ID!) { deleteRun(id: $id) { id } }`, { id: parent });
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id: before });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const child = await runOf(app, id);
    expect(child.series.last).toEqual(lossesAfter(STEPS, 6));
    expect(child.parent).toBeNull();
    expect(child.startedFrom).toMatchObject({ runId: parent, step: STEPS });
  });

  it.each([
    ['before its own first checkpoint', 2, 0],
    ['behind one', 8, 6],
  ])('goes on as if nothing had happened when it is killed %s', async (_when, step, resumed) => {
    const dir = await temporaryFolder();
    const { app, datasetId, from } = await appWithParent({}, { dir });
    await app.close();
    const died = path.join(dir, 'died');
    const trainer = { FORMULA_DIE_AT_STEP: String(step), FORMULA_DIES_ONCE: died };
    const again = await startTestApp({ dir, trainer });
    const id = await startRun(again, { datasetId, from, recipe: 'EXTEND', epochs: 2 });
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
    const child = await runOf(again, id);
    expect(child.attempts).toEqual([{ fromStep: 0 }, { fromStep: resumed }]);
    expect(child.series.last).toEqual(lossesAfter(STEPS, 12));
  });

  it('fails, and begins with nothing else, when its copy is torn', async () => {
    const { app, datasetId, from } = await appWithParent();
    const before = await startRun(app, {
      datasetId,
      phases: [{ fit: { epochs: 1000, learningRate: 1e-3 } }],
    });
    await whenStep(app, before, 1);
    const id = await startRun(app, { datasetId, from });
    await truncate(path.join(app.dir, 'data/runs', id, 'start.safetensors'), 5);
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id: before });
    expect(await runEnds(app, id)).toBe('FAILED');
    const { error, series } = await runOf(app, id);
    expect(error?.code).toBe('CHECKPOINT_UNREADABLE');
    expect(series.steps).toEqual([]);
  });
});

describe('what is left out beside `from`', () => {
  it('is that of the run whose checkpoint it is', async () => {
    const settings = {
      architecture: 'tf_efficientnet_lite0',
      imageSize: 64,
      batchSize: 2,
      seed: 7,
      validShare: 0.25,
      frozenBody: 'LIVE',
    };
    const { app, datasetId, from } = await appWithParent(settings);
    const id = await startRun(app, { datasetId, from });
    expect((await runOf(app, id)).config).toEqual({ recipe: 'FINE_TUNE', ...settings });
    const other = await startRun(app, { datasetId, from, imageSize: 128, seed: 8 });
    expect((await runOf(app, other)).config).toMatchObject({ imageSize: 128, seed: 8 });
    for (const run of [id, other]) await runEnds(app, run);
  });

  it.each([
    ['FINE_TUNE', ['FREEZE', 'FIT', 'UNFREEZE', 'FIT']],
    ['HEAD', ['FREEZE', 'FIT']],
    ['LR_FIND', ['LR_FIND']],
    ['EXTEND', ['FIT']],
  ])('freezes where the recipe begins with the head alone: %s', async (recipe, kinds) => {
    const { app, datasetId, from } = await appWithParent();
    const id = await startRun(app, { datasetId, from, recipe });
    expect((await runOf(app, id)).phases.map(({ kind }) => kind)).toEqual(kinds);
    await runEnds(app, id);
  });

  it('makes EXTEND the fit that the checkpoint lies behind, once more', async () => {
    const { app, datasetId, checkpoints } = await appWithParent();
    const titles = async (from: string, input: object = {}) => {
      const id = await startRun(app, { datasetId, from, recipe: 'EXTEND', ...input });
      await runEnds(app, id);
      return (await runOf(app, id)).phases.map(({ title }) => title);
    };
    const [head, , whole] = checkpoints.map(({ id }) => id);
    expect(await titles(head!)).toEqual(['Train 3 epochs at 0.002']);
    expect(await titles(whole!)).toEqual(['Train 3 epochs at 1e-5 to 0.001']);
    expect(await titles(whole!, { epochs: 1, learningRate: 1e-2 })).toEqual([
      'Train 1 epoch at 1e-4 to 0.01',
    ]);
    expect(await titles(whole!, { epochs: 1, learningRateFrom: 'VALLEY' })).toEqual([
      'Find a learning rate',
      'Train 1 epoch at the suggested rate (valley)',
    ]);
  });
});

describe('what cannot be begun with', () => {
  it('a checkpoint that there is not, is no longer kept, or whose file is gone', async () => {
    const { app, datasetId, parent, from } = await appWithParent();
    const runs = path.join(app.dir, 'data/runs');
    await rm(path.join(runs, parent, `${from.split(':')[1]!}.safetensors`));
    for (const id of ['', 'nonsense', 'run_none:one', `${parent}:one`, parent, from]) {
      const { code, field, message } = await refusalOf(app, { datasetId, from: id });
      expect([code, field]).toEqual(['NOT_FOUND', 'input.from']);
      expect(message).toContain('Run.checkpoints');
    }
    expect(readdirSync(runs)).toEqual([parent]);
  });

  it('a checkpoint of another network, or of other classes', async () => {
    const { app, datasetId, from } = await appWithParent();
    expect(await refusalOf(app, { datasetId, from, architecture: 'resnet18' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.architecture',
    });
    const other = await importShapes(app, ['circle', 'triangle']);
    const refused = await refusalOf(app, { datasetId: other, from });
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.datasetId' });
    expect(refused.message).toContain("without 'square' and with 'triangle'");
    const more = path.join(app.dir, 'more');
    await drawShapes({
      dir: more,
      classes: ['circle', 'square'],
      perClass: 6,
      size: 16,
      seed: 2,
    });
    const same = await importedDataset(app, more);
    const id = await startRun(app, { datasetId: same, from, recipe: 'EXTEND', epochs: 1 });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
  });

  it.each([
    ['EXTEND without a checkpoint', () => ({ recipe: 'EXTEND' }), 'input.recipe'],
    [
      'EXTEND with epochs of the head',
      (from: string) => ({ from, recipe: 'EXTEND', frozenEpochs: 1 }),
      'input.frozenEpochs',
    ],
    [
      'a split that would judge by what was learned',
      (from: string) => ({ from, validShare: 0.25 }),
      'input.validShare',
    ],
  ])('%s', async (_what, input, field) => {
    const { app, datasetId, from } = await appWithParent();
    expect(await refusalOf(app, { datasetId, ...input(from) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});
