import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { importedDataset, runEnds, runReaches, startRun, whenStep } from '../testing/runs.js';
import { subscribe } from '../testing/subscribe.js';
import {
  cleanUp,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  temporaryFolder,
} from '../testing/test-app.js';

afterEach(cleanUp);

const fit = (epochs: number) => [{ fit: { epochs, learningRate: 1e-3 } }];
const slow = { FORMULA_BATCH_MS: '40' };

async function appWithRun({
  trainer = slow,
  epochs = 3,
}: TestAppOptions & { epochs?: number } = {}) {
  const dir = await temporaryFolder();
  const shapes = { classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 } as const;
  await drawShapes({ dir: path.join(dir, 'shapes'), ...shapes });
  const app = await startTestApp({ dir, trainer });
  const datasetId = await importedDataset(app, path.join(dir, 'shapes'));
  const id = await startRun(app, { datasetId, phases: fit(epochs) });
  return { app, datasetId, id };
}

type Control = 'pauseRun' | 'resumeRun' | 'stopRun';

const press = (app: TestApp, control: Control, id: string) =>
  app.post(`mutation ($id: ID!) { ${control}(id: $id) { run { status } } }`, { variables: { id } });

const adjust = (app: TestApp, id: string, input: object) =>
  app.post(
    `mutation ($id: ID!, $input: AdjustRunInput!) { adjustRun(id: $id, input: $input) { run { id } } }`,
    { variables: { id, input } },
  );

async function runOf(app: TestApp, id: string) {
  const { run } = await app.ask<{
    run: {
      status: string;
      statusReason: string | null;
      series: { steps: number[]; last: number[] };
      phases: { status: string; epochCount: number }[];
      attempts: { fromStep: number }[];
    };
  }>(
    `query ($id: ID!) { run(id: $id) {
      status statusReason
      series(name: "learningRate", maxPoints: 100000) { steps last }
      phases { status epochCount }
      attempts { fromStep }
    } }`,
    { id },
  );
  return run;
}

const steps = (count: number) => Array.from({ length: count }, (_, step) => step);

describe('a run that trains', () => {
  it('is paused behind a checkpoint, frees its worker, and goes on where it was', async () => {
    const { app, datasetId, id } = await appWithRun();
    await whenStep(app, id, 7);
    await press(app, 'pauseRun', id);
    expect(await runReaches(app, id, 'PAUSED')).toBe('PAUSED');
    expect((await runOf(app, id)).statusReason).toBe('Paused by hand');
    const other = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    expect(await runEnds(app, other)).toBe('SUCCEEDED');
    const { series } = await runOf(app, id);

    const resumed = await press(app, 'resumeRun', id);
    expect(resumed.data).toEqual({ resumeRun: { run: { status: 'QUEUED' } } });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const run = await runOf(app, id);
    expect(run.series.steps).toEqual(steps(18));
    expect(run.attempts[1]!.fromStep).toBe(series.steps.length);
    expect(run.phases).toEqual([{ status: 'COMPLETED', epochCount: 3 }]);
  });

  it('stays paused over a restart, until somebody resumes it', async () => {
    const { app, id } = await appWithRun();
    await whenStep(app, id, 2);
    await press(app, 'pauseRun', id);
    await runReaches(app, id, 'PAUSED');
    await app.close();
    const again = await startTestApp({ dir: app.dir });
    expect((await runOf(again, id)).status).toBe('PAUSED');
    await press(again, 'resumeRun', id);
    expect(await runEnds(again, id)).toBe('SUCCEEDED');
  });

  it('is adjusted from the next batch on, and its log says from which', async () => {
    const { app, id } = await appWithRun({ epochs: 1000 });
    await whenStep(app, id, 8);
    expect((await adjust(app, id, { learningRateFactor: 0.5, epochsToGo: 2 })).errors).toBe(
      undefined,
    );
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const events = subscribe<{ __typename: string; atStep?: number; epochs?: number }>(
      app.address,
      {
        query: `subscription ($id: ID!) { runEvents(runId: $id) {
          __typename ... on FitAdjusted { atStep: step epochs learningRateFactor } ... on CommandApplied { command }
        } }`,
        variables: { id },
      },
    );
    await events.ended;
    const adjusted = events.received.find((event) => event.__typename === 'FitAdjusted')!;
    expect(adjusted).toMatchObject({ learningRateFactor: 0.5 });
    expect(events.received).toContainEqual({ __typename: 'CommandApplied', command: 'adjust' });
    const { series, phases } = await runOf(app, id);
    // The epoch at hand is one of the two that were to go.
    const epochs = Math.floor(adjusted.atStep! / 6) + 2;
    expect(adjusted.epochs).toBe(epochs);
    expect(phases).toEqual([{ status: 'COMPLETED', epochCount: epochs }]);
    expect(series.steps).toEqual(steps(epochs * 6));
    expect(series.last).toEqual(
      steps(epochs * 6).map((step) => (step < adjusted.atStep! ? 1e-3 : 5e-4)),
    );
  });

  it('keeps its adjustments when its trainer dies', async () => {
    const died = path.join(await temporaryFolder(), 'died');
    const trainer = { ...slow, FORMULA_DIE_AT_STEP: '11', FORMULA_DIES_ONCE: died };
    const { app, id } = await appWithRun({ trainer, epochs: 1000 });
    await whenStep(app, id, 6);
    await adjust(app, id, { learningRateFactor: 2, epochsToGo: 2 });
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const { series, attempts } = await runOf(app, id);
    expect(attempts).toHaveLength(2);
    expect(existsSync(died)).toBe(true);
    expect(series.steps).toEqual(steps(18));
    expect(series.last.slice(0, 7)).toEqual(steps(7).map(() => 1e-3));
    expect(series.last.slice(-6)).toEqual(steps(6).map(() => 2e-3));
  });
});

describe('a run that waits', () => {
  it('is paused and stopped at once', async () => {
    const { app, datasetId } = await appWithRun({ epochs: 1000 });
    const waiting = await startRun(app, { datasetId, phases: fit(1) });
    expect((await press(app, 'pauseRun', waiting)).data).toEqual({
      pauseRun: { run: { status: 'PAUSED' } },
    });
    expect((await press(app, 'stopRun', waiting)).data).toEqual({
      stopRun: { run: { status: 'STOPPED' } },
    });
  });
});

describe('a run that is deleted', () => {
  it.each([
    ['while it trains', slow],
    ['when it has ended', {}],
  ])('%s leaves no trace', async (_when, trainer) => {
    const { app, id } = await appWithRun({ trainer });
    if (trainer === slow) await whenStep(app, id, 7);
    else await runEnds(app, id);
    const watching = subscribe(app.address, {
      query: `subscription ($id: ID!) { runEvents(runId: $id) { seq } }`,
      variables: { id },
    });
    const { deleteRun } = await app.ask<{ deleteRun: { id: string } }>(
      `mutation ($id: ID!) { deleteRun(id: $id) { id } }`,
      { id },
    );
    expect(deleteRun).toEqual({ id });
    expect(await watching.ended).toBe('completed');
    const { run, runs } = await app.ask<{ run: null; runs: { totalCount: number } }>(
      `query ($id: ID!) { run(id: $id) { id } runs { totalCount } }`,
      { id },
    );
    expect([run, runs.totalCount]).toEqual([null, 0]);
    expect(existsSync(path.join(app.dir, 'data/runs', id))).toBe(false);
    const again = await press(app, 'stopRun', id);
    expect(again.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('how people find a run', () => {
  const update = (app: TestApp, id: string, input: object) =>
    app.post(
      `mutation ($id: ID!, $input: UpdateRunInput!) { updateRun(id: $id, input: $input) { run { name notes tags starred } } }`,
      { variables: { id, input } },
    );

  it('is changed at any time, each thing by itself', async () => {
    const { app, id } = await appWithRun({ trainer: {}, epochs: 1 });
    const labels = { name: 'mine', notes: 'why', tags: ['a', 'b'], starred: true };
    expect((await update(app, id, labels)).data).toEqual({ updateRun: { run: labels } });
    await runEnds(app, id);
    expect((await update(app, id, { starred: false })).data).toEqual({
      updateRun: { run: { ...labels, starred: false } },
    });
  });

  it.each([
    [{ name: ' ' }, 'input.name'],
    [{ name: 'n'.repeat(201) }, 'input.name'],
    [{ notes: 'n'.repeat(10_001) }, 'input.notes'],
    [{ tags: Array.from({ length: 21 }, (_, tag) => String(tag)) }, 'input.tags'],
  ])('is refused where it is too long or empty', async (input, field) => {
    const { app, id } = await appWithRun({ trainer: {}, epochs: 1 });
    const { errors } = await update(app, id, input);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
    expect((await update(app, 'run_x', { name: 'x' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    await runEnds(app, id);
  });
});

describe('two people at once', () => {
  it('one wins, the other is told', async () => {
    const { app, id } = await appWithRun({
      trainer: { ...slow, FORMULA_IGNORES_STOP: '1' },
      epochs: 1000,
    });
    await whenStep(app, id, 1);
    const answers = await Promise.all([press(app, 'pauseRun', id), press(app, 'stopRun', id)]);
    const errors = answers.flatMap((answer) => answer.errors ?? []);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['CONFLICT']);
    expect(errors[0]!.message).toMatch(/a command to (pause|stop) is on its way/);
  });

  it('who press the same get the same', async () => {
    const { app, id } = await appWithRun({ epochs: 1000 });
    await whenStep(app, id, 1);
    const answers = await Promise.all([press(app, 'stopRun', id), press(app, 'stopRun', id)]);
    expect(answers.flatMap((answer) => answer.errors ?? [])).toEqual([]);
    expect(await runEnds(app, id)).toBe('STOPPED');
    expect(readdirSync(path.join(app.dir, 'data/runs', id)).join()).not.toContain('.tmp');
  });
});

describe('what cannot be done', () => {
  it.each<[string, Control | 'adjustRun']>([
    ['pause', 'pauseRun'],
    ['resume', 'resumeRun'],
    ['adjust', 'adjustRun'],
  ])('%s a run that has ended', async (_word, control) => {
    const { app, id } = await appWithRun({ trainer: {}, epochs: 1 });
    await runEnds(app, id);
    const { errors } =
      control === 'adjustRun'
        ? await adjust(app, id, { epochsToGo: 1 })
        : await press(app, control, id);
    expect(errors?.[0]?.extensions.code).toBe('RUN_NOT_ACTIVE');
    expect(errors?.[0]?.message).toContain('SUCCEEDED');
  });

  it.each([
    [{}, 'input.learningRateFactor'],
    [{ learningRateFactor: 0 }, 'input.learningRateFactor'],
    [{ learningRateFactor: -1 }, 'input.learningRateFactor'],
    [{ learningRateFactor: 1e9 }, 'input.learningRateFactor'],
    [{ epochsToGo: 0 }, 'input.epochsToGo'],
    [{ epochsToGo: 1001 }, 'input.epochsToGo'],
  ])('adjust by %j', async (input, field) => {
    const { app, id } = await appWithRun({ trainer: {}, epochs: 1 });
    const { errors } = await adjust(app, id, input);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
    await runEnds(app, id);
  });

  it('adjust a run that waits', async () => {
    const { app, datasetId } = await appWithRun({ epochs: 1000 });
    const waiting = await startRun(app, { datasetId, phases: fit(1) });
    const { errors } = await adjust(app, waiting, { epochsToGo: 1 });
    expect(errors?.[0]?.extensions.code).toBe('RUN_NOT_ACTIVE');
  });
});
