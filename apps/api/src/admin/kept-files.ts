import { initialState, nextState } from '../runs/run-state.js';
import { isEnded } from '../runs/run-status.js';
import type { RunRecord } from '../runs/run-store.js';
import { everyDataset, everyEvent, everyRun } from '../store/everything.js';
import type { Store } from '../store/store.js';

/** A file of which the store says that it is there. */
export interface KeptFile {
  /** Below the data folder. */
  readonly path: string;
  /** As the log has it; null where it says nothing. */
  readonly sha256: string | null;
  /** Whether something would be lost without it; of checkpoints, the newest is enough to go on from. */
  readonly isNeeded: boolean;
  /** Whether its run may replace it at any moment. */
  readonly mayGo: boolean;
}

/** All of them, those that may go first. */
export async function keptFiles(store: Store): Promise<readonly KeptFile[]> {
  const files: KeptFile[] = [];
  for await (const run of everyRun(store.runs)) files.push(...(await filesOfRun(run, store)));
  files.sort((one, other) => Number(other.mayGo) - Number(one.mayGo));
  for await (const { id } of everyDataset(store.datasets)) {
    for (const { version } of await store.datasets.versions(id))
      files.push({
        path: `datasets/${id}/v${version}.ndjson`,
        sha256: null,
        isNeeded: true,
        mayGo: false,
      });
  }
  return files;
}

async function filesOfRun(run: RunRecord, { runs }: Store): Promise<readonly KeptFile[]> {
  let state = initialState(run.settings);
  for await (const events of everyEvent(runs, run.id)) state = events.reduce(nextState, state);
  const newest = state.checkpoints.at(-1);
  const { from } = run.settings;
  const needed = [
    ...(from ? [from] : []),
    ...state.files,
    ...(newest ? [newest] : []),
    ...(newest?.best ? [newest.best] : []),
  ];
  const names = new Set<string>();
  return [...needed, ...state.checkpoints]
    .map((one, index) => ({ ...one, isNeeded: index < needed.length }))
    .filter(({ file }) => !names.has(file) && names.add(file))
    .map(({ file, sha256, isNeeded }) => ({
      path: `runs/${run.id}/${file}`,
      sha256,
      isNeeded,
      mayGo: !isEnded(run.status),
    }));
}
