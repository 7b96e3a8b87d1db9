import { subscribe } from './subscribe.js';
import type { TestApp } from './test-app.js';

/** Imports a folder and waits until it can be trained on. */
export async function importedDataset(app: TestApp, path: string): Promise<string> {
  const { importDataset } = await app.ask<{ importDataset: { dataset: { id: string } } }>(
    `mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { dataset { id } } }`,
    { input: { name: 'shapes', path, validShare: 0.5 } },
  );
  const { id } = importDataset.dataset;
  const status = await importEnds(app, id);
  if (status !== 'READY') throw new Error(`The import of ${path} ended as ${status}`);
  return id;
}

/** Waits until an import has ended, and returns how. */
export async function importEnds(app: TestApp, id: string): Promise<string> {
  const updates = subscribe<{ status: string }>(app.address, {
    query: `subscription ($id: ID!) { datasetUpdated(datasetId: $id) { status } }`,
    variables: { id },
  });
  await updates.until((received) => received.at(-1)?.status !== 'IMPORTING' && received.length > 0);
  updates.cut();
  return updates.received.at(-1)!.status;
}

/** Starts a run and returns its id. */
export async function startRun(
  app: TestApp,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { startRun: started } = await app.ask<{ startRun: { run: { id: string } } }>(
    `mutation ($input: StartRunInput!) { startRun(input: $input) { run { id } } }`,
    { input },
  );
  return started.run.id;
}

/** Waits until a run has this status. */
export async function runReaches(app: TestApp, id: string, ...statuses: string[]): Promise<string> {
  const updates = subscribe<{ status: string }>(app.address, {
    query: `subscription ($id: ID!) { runUpdated(runId: $id) { status } }`,
    variables: { id },
  });
  await updates.until((received) => statuses.includes(received.at(-1)?.status ?? ''));
  updates.cut();
  return updates.received.at(-1)!.status;
}

/** Waits until a run has ended for good, and returns how. */
export function runEnds(app: TestApp, id: string): Promise<string> {
  return runReaches(app, id, 'SUCCEEDED', 'STOPPED', 'FAILED');
}

/** Waits until a run has done this step. */
export async function whenStep(app: TestApp, id: string, step: number): Promise<void> {
  const batches = subscribe<{ steps: readonly number[] }>(app.address, {
    query: `subscription ($id: ID!) { batchMetrics(runId: $id) { steps } }`,
    variables: { id },
  });
  await batches.until((received) => received.some(({ steps }) => steps.includes(step)));
  batches.cut();
}
