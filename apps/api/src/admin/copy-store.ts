import type { DatasetRecord, ImportOutcome, NewDataset } from '../datasets/dataset-store.js';
import { DEMO_DATASET } from '../demo.js';
import { everyDataset, everyRun } from '../store/everything.js';
import type { Store } from '../store/store.js';
import { AdminError } from './admin-error.js';
import { copyDiffers, copyRun } from './copy-run.js';
import { overallDigest, storeDigests } from './store-digests.js';

export interface CopyOptions {
  readonly from: Store;
  readonly to: Store;
  readonly signal?: AbortSignal;
  /** Hears how many runs are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface CopyReport {
  readonly runs: number;
  readonly datasets: number;
  /** Of all that was copied, as it was read back. */
  readonly sha256: string;
}

/**
 * Copies everything of a store that is at rest into another one, then reads both and compares. The
 * source stays as it is. May be called again after it was cut off.
 */
export async function copyStore(options: CopyOptions): Promise<CopyReport> {
  const { from, to, signal } = options;
  await assertNothingElse(from, to);
  let datasets = 0;
  for await (const dataset of everyDataset(from.datasets)) {
    signal?.throwIfAborted();
    await copyDataset(dataset, from, to);
    datasets += 1;
  }
  const demo = await from.recall(DEMO_DATASET);
  if (demo !== undefined) await to.remember(DEMO_DATASET, demo);
  const runs = await copyRuns(options);
  return { runs, datasets, sha256: await compared(from, to) };
}

async function copyRuns({ from, to, signal, onProgress }: CopyOptions): Promise<number> {
  const { totalCount } = await from.runs.list({
    limit: 1,
    orderBy: 'created-at',
    descending: false,
  });
  let done = 0;
  for await (const run of everyRun(from.runs)) {
    signal?.throwIfAborted();
    await copyRun(run, { from: from.runs, to: to.runs });
    done += 1;
    onProgress?.(done, totalCount);
  }
  return done;
}

/** Two stores are never mixed. */
async function assertNothingElse(from: Store, to: Store): Promise<void> {
  for await (const { id } of everyRun(to.runs))
    if (!(await from.runs.find(id)))
      throw copyDiffers(`run ${id}, which the source does not have,`);
  for await (const { id } of everyDataset(to.datasets))
    if (!(await from.datasets.find(id)))
      throw copyDiffers(`dataset ${id}, which the source does not have,`);
}

async function copyDataset(dataset: DatasetRecord, from: Store, to: Store): Promise<void> {
  const { status } = dataset;
  const there =
    (await to.datasets.find(dataset.id)) ?? (await to.datasets.create(newDatasetOf(dataset)));
  for (const version of await from.datasets.versions(dataset.id)) {
    await to.datasets.addVersion(version);
  }
  if (there.status === status) return;
  if (there.status !== 'importing') throw copyDiffers(`dataset ${dataset.id}`);
  await to.datasets.finishImport(dataset.id, outcomeOf(dataset));
}

function newDatasetOf(dataset: DatasetRecord): NewDataset {
  return {
    id: dataset.id,
    name: dataset.name,
    demo: dataset.demo,
    createdAt: dataset.createdAt,
    path: dataset.path,
    labelRule: dataset.labelRule,
    validShare: dataset.validShare,
    seed: dataset.seed,
  };
}

function outcomeOf({ status, error, problems }: DatasetRecord): ImportOutcome {
  return status === 'failed' && error !== null
    ? { status, error, problems }
    : { status: 'ready', problems };
}

/** Reads both from end to end. */
async function compared(from: Store, to: Store): Promise<string> {
  const wanted = await storeDigests(from);
  const found = await storeDigests(to);
  const names = new Set([...wanted.keys(), ...found.keys()]);
  const differing = [...names].filter((name) => wanted.get(name) !== found.get(name));
  if (differing.length === 0) return overallDigest(found);
  throw new AdminError(
    'COPY_DIFFERS',
    `Expected a copy that reads as the source, received differences in ${differing.slice(0, 3).join(', ')}${differing.length > 3 ? ` and ${differing.length - 3} more` : ''}. Somebody wrote while it was copied, or the target had another content. End every process that uses one of them, take an empty target, and try again`,
  );
}
