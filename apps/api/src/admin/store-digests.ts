import { createHash, type Hash } from 'node:crypto';
import type { DatasetRecord } from '../datasets/dataset-store.js';
import { DEMO_DATASET } from '../demo.js';
import { encodeJson } from '../json-codec.js';
import type { RunRecord } from '../runs/run-store.js';
import { everyDataset, everyEvent, everyRun } from '../store/everything.js';
import type { Store } from '../store/store.js';

/** SHA-256 of each thing that a store has, under its name: the same for the same content, whatever keeps it. */
export async function storeDigests(store: Store): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for await (const dataset of everyDataset(store.datasets))
    digests.set(`dataset ${dataset.id}`, await datasetDigest(dataset, store));
  for await (const run of everyRun(store.runs))
    digests.set(`run ${run.id}`, await runDigest(run, store));
  const demo = createHash('sha256');
  add(demo, (await store.recall(DEMO_DATASET)) ?? null);
  return digests.set('demo', demo.digest('hex'));
}

/** One SHA-256 of all. */
export function overallDigest(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const name of [...digests.keys()].sort()) add(hash, [name, digests.get(name)]);
  return hash.digest('hex');
}

async function datasetDigest(dataset: DatasetRecord, { datasets }: Store): Promise<string> {
  const hash = createHash('sha256');
  add(hash, dataset);
  for (const version of await datasets.versions(dataset.id)) add(hash, version);
  return hash.digest('hex');
}

async function runDigest(run: RunRecord, { runs }: Store): Promise<string> {
  const hash = createHash('sha256');
  // Who is taken to be alive is nobody's content.
  add(hash, { ...run, heldUntil: 0 });
  for await (const events of everyEvent(runs, run.id)) for (const event of events) add(hash, event);
  const waiting = await runs.waitingCommand(run.id);
  add(hash, waiting ? { ...waiting, number: 0 } : null);
  return hash.digest('hex');
}

function add(hash: Hash, value: unknown): void {
  hash.update(`${canonicalJson(value)}\n`);
}

/** The same text for the same content: names in order, and nothing for what is left out. */
export function canonicalJson(value: unknown): string {
  return encodeJson(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, inOrder(part)]));
}
