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
  readonly logged: readonly RunFact[];
}

export interface ResumeOptions {
  readonly store: RunStore;
  readonly files: FileStore;
  /** Where the checkpoint is put for the trainer. */
  readonly scratchDir: string;
}

/** Finds the newest checkpoint of a run that is whole; a torn one is as good as none. */
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
  for (const start of state.checkpoints.toReversed()) {
    const stored = `runs/${run.id}/${start.file}`;
    const content = await files.read(stored);
    if (content === undefined || sha256(content) !== start.sha256) continue;
    const local = path.join(scratchDir, 'checkpoint.safetensors');
    await writeFile(local, content);
    const at = facts.findLastIndex(
      (fact) => fact.type === 'checkpoint' && fact.file === start.file,
    );
    return { state, start, checkpoint: { local, stored }, logged: facts.slice(at + 1) };
  }
  return { state, start: BEGINNING, checkpoint: null, logged: facts };
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
