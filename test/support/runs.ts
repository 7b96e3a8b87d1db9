import { setTimeout as sleep } from 'node:timers/promises';
import { drawShapes } from '@whetstone/training/testing';
import { ask } from './graphql.js';
import { temporaryFolder } from './program.js';

/** Draws a folder of shapes, one folder a class. */
export async function shapesFolder(perClass = 24): Promise<string> {
  const dir = await temporaryFolder('shapes');
  await drawShapes({ dir, classes: ['circle', 'square', 'triangle'], perClass, size: 72, seed: 1 });
  return dir;
}

/** Imports a folder and waits until it can be trained on. Further input goes on to `importDataset`. */
export async function importFolder(
  address: string,
  folder: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { importDataset } = await ask<{ importDataset: { dataset: { id: string } } }>(
    address,
    `mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { dataset { id } } }`,
    { input: { name: 'shapes', path: folder, validShare: 0.25, ...input } },
  );
  const { id } = importDataset.dataset;
  await eventually(async () => {
    const { dataset } = await ask<{
      dataset: { status: string; error: { message: string } | null };
    }>(address, `query ($id: ID!) { dataset(id: $id) { status error { message } } }`, { id });
    if (dataset.status === 'FAILED') throw new Error(dataset.error?.message);
    return dataset.status === 'READY';
  });
  return id;
}

/** Starts a run and returns its id. */
export async function startRun(
  address: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { startRun: started } = await ask<{ startRun: { run: { id: string } } }>(
    address,
    `mutation ($input: StartRunInput!) { startRun(input: $input) { run { id } } }`,
    { input },
  );
  return started.run.id;
}

/** Waits until a run has one of these statuses, and returns which. */
export async function runReaches(
  address: string,
  id: string,
  statuses: readonly string[],
): Promise<string> {
  let status = '';
  await eventually(async () => {
    const { run } = await ask<{ run: { status: string; error: { message: string } | null } }>(
      address,
      `query ($id: ID!) { run(id: $id) { status error { message } } }`,
      { id },
    );
    status = run.status;
    if (!statuses.includes(status) && ['FAILED', 'INTERRUPTED'].includes(status))
      throw new Error(`The run is ${status}: ${run.error?.message ?? ''}`);
    return statuses.includes(status);
  });
  return status;
}

/** Asks again and again until the answer is yes. The test's own time limit ends it. */
export async function eventually(test: () => Promise<boolean>): Promise<void> {
  while (!(await test())) await sleep(100);
}
