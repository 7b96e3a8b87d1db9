import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ask } from './support/graphql.js';
import { type Program, removeFolders, startProgram, temporaryFolder } from './support/program.js';
import { importFolder, runReaches, shapesFolder, startRun } from './support/runs.js';
import { subscribe } from './support/subscription.js';

interface Batches {
  readonly steps: readonly number[];
  readonly losses: readonly (number | string)[];
}

const batchMetrics = `subscription ($runId: ID!) { batchMetrics(runId: $runId) { steps losses } }`;

const batchMetricsAfter = `subscription ($runId: ID!, $last: Int) {
  batchMetrics(runId: $runId, afterStep: $last) { steps losses }
}`;

/** A run long enough to be disturbed, and the batches that a page would have shown by then. */
async function watchedRun(program: Program) {
  const datasetId = await importFolder(program.api, await shapesFolder());
  const runId = await startRun(program.api, {
    datasetId,
    recipe: 'HEAD',
    epochs: 200,
    imageSize: 64,
    batchSize: 9,
  });
  const shown = subscribe<Batches>(program.api, {
    query: batchMetrics,
    variables: { runId },
    field: 'batchMetrics',
  });
  await shown.until((messages) => messages.flatMap(({ steps }) => steps).length >= 10);
  return { runId, shown };
}

async function storedLosses(address: string, id: string): Promise<readonly unknown[]> {
  const { run } = await ask<{ run: { series: { last: unknown[] } } }>(
    address,
    `query ($id: ID!) { run(id: $id) { series(name: "loss", maxPoints: 100000) { last } } }`,
    { id },
  );
  return run.series.last;
}

describe('What was shown of a run', () => {
  const programs: Program[] = [];
  const start = async (dataDir: string) => {
    const program = await startProgram({ dataDir });
    programs.push(program);
    return program;
  };
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop()));
  });
  afterAll(removeFolders);

  it.each([
    ['is still there after Ctrl-C and a second start', 'SIGINT'],
    ['is still there after kill -9 and a second start', 'SIGKILL'],
  ] as const)('%s, and the run goes on by itself', async (_sentence, signal) => {
    const dataDir = await temporaryFolder('data');
    const first = await start(dataDir);
    const { runId, shown } = await watchedRun(first);
    const { tookMs } = await first.stop(signal);
    expect(tookMs).toBeLessThan(15_000);
    await shown.ended;

    const second = await start(dataDir);
    const losses = shown.received.flatMap((message) => message.losses);
    expect((await storedLosses(second.api, runId)).slice(0, losses.length)).toEqual(losses);
    const last = shown.received.flatMap(({ steps }) => steps).at(-1)!;
    const goesOn = subscribe<Batches>(second.api, {
      query: batchMetricsAfter,
      variables: { runId, last },
      field: 'batchMetrics',
    });
    await goesOn.until((messages) => messages.flatMap(({ steps }) => steps).length >= 10);
    expect(goesOn.received[0]!.steps[0]).toBe(last + 1);
  });

  it('stays when the run is stopped, and the run says so', async () => {
    const program = await start(await temporaryFolder('data'));
    const { runId, shown } = await watchedRun(program);
    await ask(program.api, `mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, {
      id: runId,
    });
    expect(await shown.ended).toBe('completed');
    expect(await runReaches(program.api, runId, ['STOPPED'])).toBe('STOPPED');
    const losses = shown.received.flatMap((message) => message.losses);
    expect(await storedLosses(program.api, runId)).toEqual(losses);
  });
});
