import path from 'node:path';
import type { CheckpointEvent, FileSavedEvent } from './run-event.js';
import type { RunState } from './run-state.type.js';

/** A checkpoint, and the weights that were the best when it was written. */
export interface CheckpointState extends CheckpointEvent {
  /** When it was written. */
  readonly at: number;
  readonly best: FileSavedEvent | null;
}

/** The newest is gone on from; if it is damaged, the one before. */
const NEWEST = 2;

/** The checkpoints that a run has after one more, oldest first. */
export function withCheckpoint(
  { checkpoints, files }: Pick<RunState, 'checkpoints' | 'files'>,
  fact: CheckpointEvent & { readonly at: number },
): readonly CheckpointState[] {
  return keptCheckpoints([...checkpoints, { ...fact, best: bestWeightsOf(files) }]);
}

/** By what people name a checkpoint. */
export const checkpointId = (runId: string, { file }: Pick<CheckpointEvent, 'file'>): string =>
  `${runId}:${path.parse(file).name}`;

export const bestWeightsOf = (files: readonly FileSavedEvent[]): FileSavedEvent | null =>
  files.findLast(({ kind }) => kind === 'best-weights') ?? null;

/** Which of a run's checkpoints are kept: the newest two, and the end of each fit. */
export function keptCheckpoints<One extends CheckpointEvent>(all: readonly One[]): readonly One[] {
  const oldest = all.length - NEWEST;
  return all.filter(({ endsFit }, index) => endsFit || index >= oldest);
}
