import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importedDataset, runEnds, startRun, whenStep } from '../testing/runs.js';
import { subscribe } from '../testing/subscribe.js';
import { cleanUp, startTestApp, type TestApp } from '../testing/test-app.js';

let app: TestApp;
let datasetId: string;

beforeAll(async () => {
  app = await startTestApp({ trainer: { FORMULA_BATCH_MS: '12' } });
  const dir = path.join(app.dir, 'shapes');
  await drawShapes({ dir, classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 });
  datasetId = await importedDataset(app, dir);
});
afterAll(cleanUp);

interface Batches {
  readonly steps: readonly number[];
  readonly losses: readonly (number | string)[];
  readonly times: readonly string[];
}
interface Points {
  readonly indexes: readonly number[];
  readonly suggestions: readonly { method: string; learningRate: number | null }[];
  readonly stoppedBecause: string | null;
}

const phases = [{ lrFind: { steps: 8 } }, { fit: { epochs: 6, learningRate: 1e-3 } }];
const all = Array.from({ length: 36 }, (_, step) => step);
const stepsOf = (messages: readonly Batches[]) => messages.flatMap(({ steps }) => steps);

const batchMetrics = (runId: string, afterStep?: number) =>
  subscribe<Batches>(app.address, {
    query: `subscription ($runId: ID!, $afterStep: Int) {
      batchMetrics(runId: $runId, afterStep: $afterStep) { steps losses times }
    }`,
    variables: { runId, afterStep },
  });
const runEvents = (runId: string, after?: number) =>
  subscribe<{ seq: number }>(app.address, {
    query: `subscription ($runId: ID!, $after: Int) {
      runEvents(runId: $runId, after: $after) { seq }
    }`,
    variables: { runId, after },
  });
const lrFinderPoints = (variables: object) =>
  subscribe<Points>(app.address, {
    query: `subscription ($runId: ID!, $phase: Int, $after: Int) {
      lrFinderPoints(runId: $runId, phase: $phase, after: $after) {
        indexes suggestions { method learningRate } stoppedBecause
      }
    }`,
    variables: { ...variables },
  });

describe('batchMetrics', () => {
  it('sends every batch once and in order, also to one whose socket was cut', async () => {
    const runId = await startRun(app, { datasetId, phases });
    const undisturbed = batchMetrics(runId);
    const first = batchMetrics(runId);
    await first.until((received) => stepsOf(received).length >= 7);
    first.cut();
    const second = batchMetrics(runId, stepsOf(first.received).at(-1));
    expect(await second.ended).toBe('completed');
    expect([...stepsOf(first.received), ...stepsOf(second.received)]).toEqual(all);
    expect(await undisturbed.ended).toBe('completed');
    expect(stepsOf(undisturbed.received)).toEqual(all);
  });

  it('says NaN where a loss is no number', async () => {
    const runId = await startRun(app, { datasetId, phases });
    await runEnds(app, runId);
    const stored = batchMetrics(runId);
    expect(await stored.ended).toBe('completed');
    const losses = stored.received.flatMap((message) => message.losses);
    // The formula: e^(-step/10), and no number at step 3.
    expect(losses.slice(2, 5)).toEqual([Math.exp(-0.2), 'NaN', Math.exp(-0.4)]);
    expect(stored.received[0]?.times[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('completes at once after the last step of a run that has ended', async () => {
    const runId = await startRun(app, { datasetId, phases });
    await runEnds(app, runId);
    const nothing = batchMetrics(runId, 35);
    expect(await nothing.ended).toBe('completed');
    expect(nothing.received).toEqual([]);
  });
});

describe('runEvents', () => {
  it('numbers from 0 without gaps, live and from the store, and goes on after a cursor', async () => {
    const runId = await startRun(app, { datasetId, phases });
    const live = runEvents(runId);
    expect(await live.ended).toBe('completed');
    const seqs = live.received.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_seq, index) => index));
    const rest = runEvents(runId, 4);
    expect(await rest.ended).toBe('completed');
    expect(rest.received.map(({ seq }) => seq)).toEqual(seqs.slice(5));
    const { run } = await app.ask<{ run: { lastSeq: number } }>(
      `query ($id: ID!) { run(id: $id) { lastSeq } }`,
      { id: runId },
    );
    expect(run.lastSeq).toBe(seqs.at(-1));
  });
});

describe('lrFinderPoints', () => {
  it('sends every point, last the suggestions, and completes though the run goes on', async () => {
    const runId = await startRun(app, { datasetId, phases });
    const first = lrFinderPoints({ runId });
    await first.until((received) => received.length >= 2);
    first.cut();
    const seen = first.received.flatMap(({ indexes }) => indexes);
    const second = lrFinderPoints({ runId, after: seen.at(-1)! });
    expect(await second.ended).toBe('completed');
    const rest = second.received.flatMap(({ indexes }) => indexes);
    expect([...seen, ...rest]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const last = second.received.at(-1)!;
    expect(last.stoppedBecause).toBe('COMPLETED');
    expect(last.suggestions.map(({ method }) => method)).toEqual([
      'VALLEY',
      'STEEP',
      'MINIMUM',
      'SLIDE',
    ]);
    await runEnds(app, runId);
  });

  it('refuses a phase that finds nothing, and completes for a run without a finder', async () => {
    const runId = await startRun(app, { datasetId, phases });
    expect(await lrFinderPoints({ runId, phase: 1 }).ended).toContain('BAD_USER_INPUT');
    const without = await startRun(app, { datasetId, phases: phases.slice(1) });
    expect(await lrFinderPoints({ runId: without }).ended).toBe('completed');
    await runEnds(app, without);
  });
});

describe('runUpdated', () => {
  it('sends the state now and after changes, the last one always, at most five times a second', async () => {
    const runId = await startRun(app, { datasetId, phases });
    const began = performance.now();
    const updates = subscribe<{ status: string; progress: { step: number } }>(app.address, {
      query: `subscription ($runId: ID) { runUpdated(runId: $runId) { status progress { step } } }`,
      variables: { runId },
    });
    await updates.until((received) => received.at(-1)?.status === 'SUCCEEDED');
    updates.cut();
    const seconds = (performance.now() - began) / 1000;
    const steps = updates.received.map(({ progress }) => progress.step);
    expect(steps).toEqual(steps.toSorted((left, right) => left - right));
    expect(steps.at(-1)).toBe(36);
    expect(updates.received.length).toBeLessThanOrEqual(2 + 5 * seconds);
  });

  it('of all runs begins with those there are, and tells of new ones', async () => {
    const known = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    const updates = subscribe<{ id: string }>(app.address, {
      query: `subscription { runUpdated { id } }`,
    });
    await updates.until((received) => received.some(({ id }) => id === known));
    const fresh = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    await updates.until((received) => received.some(({ id }) => id === fresh));
    updates.cut();
  });
});

describe('every subscription', () => {
  it.each([
    ['runEvents', `runEvents(runId: "run_none") { seq }`],
    ['batchMetrics', `batchMetrics(runId: "run_none") { steps }`],
    ['lrFinderPoints', `lrFinderPoints(runId: "run_none") { indexes }`],
    ['runUpdated', `runUpdated(runId: "run_none") { id }`],
    ['datasetUpdated', `datasetUpdated(datasetId: "ds_none") { id }`],
  ])('%s says that an unknown id is NOT_FOUND', async (_name, field) => {
    const { ended } = subscribe(app.address, { query: `subscription { ${field} }` });
    expect(await ended).toContain('NOT_FOUND: Expected the id of a');
  });

  it('refuses a cursor below -1', async () => {
    const runId = await startRun(app, { datasetId, phases: [{ evaluate: {} }] });
    expect(await runEvents(runId, -2).ended).toContain('BAD_USER_INPUT');
    expect(await batchMetrics(runId, -2).ended).toContain('BAD_USER_INPUT');
  });

  it('holds up nobody else when it is not read', async () => {
    const runId = await startRun(app, { datasetId, phases });
    await whenStep(app, runId, 0);
    const watching = batchMetrics(runId);
    for (let count = 0; count < 20; count += 1) batchMetrics(runId).cut();
    expect(await watching.ended).toBe('completed');
    expect(stepsOf(watching.received)).toEqual(all);
  });
});
