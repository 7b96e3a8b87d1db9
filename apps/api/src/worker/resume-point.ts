import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileStore } from '../artifacts/file-store.js';
import type { RunFact } from '../runs/run-event.js';
import { initialState, nextState } from '../runs/run-state.js';
import type { RunState } from '../runs/run-state.type.js';
import type { RunRecord, RunStore } from '../runs/run-store.js';
import { BEGINNING, type ReplayStart } from './replay.js';

const READ_LIMIT = 1000;

/** Where an attempt begins, and what the log says of what comes after. */
export interface ResumePoint {
  readonly state: RunState;
  readonly start: ReplayStart;
  /** The checkpoint, checked; null at the beginning. */
  readonly checkpoint: {
    /** Path on this machine, */
    readonly local: string;
    /** and in the file store. */
    readonly stored: string;
  } | null;
  /** Where a run that begins with another run's checkpoint finds it; the file is there only at the beginning. */
  readonly startFrom?: string;
  readonly logged: readonly RunFact[];
}

/** What a run was to begin with is gone or damaged, and nothing stands in for it. */
export class StartingCheckpointError extends Error {
  override readonly name = 'StartingCheckpointError';
  readonly code = 'CHECKPOINT_UNREADABLE';

  constructor() {
    super(
      'Expected the copy of the checkpoint that this run begins with, received a missing or a damaged file. ' +
        'Start another run from another checkpoint',
    );
  }
}

export interface ResumeOptions {
  readonly store: RunStore;
  readonly files: FileStore;
  /** Where the checkpoint is put for the trainer. */
  readonly scratchDir: string;
}

/**
 * Finds the newest checkpoint of a run that is whole; a torn one is as good as none. Before the first
 * there is what the run begins with.
 *
 * @throws StartingCheckpointError where that is torn.
 */
export async function resumePoint(
  run: RunRecord,
  { store, files, scratchDir }: ResumeOptions,
): Promise<ResumePoint> {
  const facts: RunFact[] = [];
  let state = initialState(run.settings);
  for (;;) {
    const events = await store.events(run.id, { after: state.lastSeq, limit: READ_LIMIT });
    state = events.reduce(nextState, state);
    facts.push(...events.map(({ fact }) => fact));
    if (events.length < READ_LIMIT) break;
  }
  const { from } = run.settings;
  const startFrom = from && path.join(scratchDir, from.file);
  const beginning = { ...(startFrom !== undefined && { startFrom }) };
  const stored = (file: string) => `runs/${run.id}/${file}`;
  for (const start of state.checkpoints.toReversed()) {
    const local = path.join(scratchDir, 'checkpoint.safetensors');
    if (!(await fetched(start, { from: stored(start.file), to: local, files }))) continue;
    const at = facts.findLastIndex(
      (fact) => fact.type === 'checkpoint' && fact.file === start.file,
    );
    const checkpoint = { local, stored: stored(start.file) };
    return { state, start, checkpoint, ...beginning, logged: facts.slice(at + 1) };
  }
  if (from && startFrom) {
    const isWhole = await fetched(from, { from: stored(from.file), to: startFrom, files });
    if (!isWhole) throw new StartingCheckpointError();
  }
  return { state, start: BEGINNING, checkpoint: null, ...beginning, logged: facts };
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly files: FileStore;
}

/** Puts a file of the store on this machine, if it is whole. */
async function fetched(file: { sha256: string }, { from, to, files }: Way): Promise<boolean> {
  const content = await files.read(from);
  if (content === undefined || sha256(content) !== file.sha256) return false;
  await writeFile(to, content);
  return true;
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
