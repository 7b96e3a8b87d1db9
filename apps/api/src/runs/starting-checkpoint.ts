import type { FileStore } from '../artifacts/file-store.js';
import type { DatasetVersionRecord } from '../datasets/dataset-store.js';
import { badInput, DomainError } from '../errors.js';
import { checkpointId, type CheckpointState } from './checkpoints.js';
import type { RunFolds } from './run-folds.js';
import type { RunState } from './run-state.type.js';
import type { RunRecord, RunStore, StartingCheckpoint } from './run-store.js';

/** A checkpoint that a new run is to begin with, and the run that wrote it. */
export interface Origin {
  readonly parent: RunRecord;
  readonly state: RunState;
  readonly checkpoint: CheckpointState;
}

export interface OriginOptions {
  readonly store: RunStore;
  readonly folds: RunFolds;
}

/** Name of a run's own copy of the checkpoint that it begins with. */
const COPY = 'start.safetensors';
/** So many names stand in a message. */
const NAMED = 5;

/** Finds a checkpoint by its id, or throws NOT_FOUND. */
export async function findOrigin(id: string, { store, folds }: OriginOptions): Promise<Origin> {
  const [runId = ''] = id.split(':');
  const parent = await store.find(runId);
  if (parent === undefined) throw gone(id);
  const state = await folds.state(parent);
  const checkpoint = state.checkpoints.find((one) => checkpointId(runId, one) === id);
  if (checkpoint === undefined) throw gone(id);
  return { parent, state, checkpoint };
}

/**
 * Gives a run its own copy, as the other run may go or drop its checkpoint at any moment. Whoever is
 * cut off between this and the run's creation leaves a folder that no run has: it harms nothing.
 */
export async function copyFor(
  runId: string,
  { parent, state, checkpoint }: Origin,
  files: FileStore,
): Promise<StartingCheckpoint> {
  const id = checkpointId(parent.id, checkpoint);
  const isThere = await files.copy(`runs/${parent.id}/${checkpoint.file}`, `runs/${runId}/${COPY}`);
  if (!isThere) throw gone(id);
  const { sha256, phase, epoch, step, within } = checkpoint;
  const before = within ? state.phases[phase] : state.phases[phase - 1];
  return {
    runId: parent.id,
    checkpoint: id,
    file: COPY,
    sha256,
    phase,
    epoch,
    step,
    whole: before?.whole ?? parent.settings.from?.whole ?? false,
  };
}

/** A head tells apart what it was made for: the classes must be those that the checkpoint knows. */
export function assertSameClasses(
  known: DatasetVersionRecord,
  wanted: Pick<DatasetVersionRecord, 'classes'>,
): void {
  const lacking = labelsOnlyIn(known, wanted);
  const extra = labelsOnlyIn(wanted, known);
  if (lacking.length === 0 && extra.length === 0) return;
  const received = [
    ...(lacking.length > 0 ? [`without ${named(lacking)}`] : []),
    ...(extra.length > 0 ? [`with ${named(extra)} besides`] : []),
  ];
  throw badInput('datasetId', {
    expected: `a dataset with the ${known.classes.length} classes that the checkpoint of \`from\` knows`,
    received: `one ${received.join(' and ')}`,
    fix: 'To learn other classes, start without `from`',
  });
}

function labelsOnlyIn(
  { classes }: Pick<DatasetVersionRecord, 'classes'>,
  other: Pick<DatasetVersionRecord, 'classes'>,
): string[] {
  const there = new Set(other.classes.map(({ label }) => label));
  return classes.map(({ label }) => label).filter((label) => !there.has(label));
}

function named(labels: readonly string[]): string {
  const shown = labels.slice(0, NAMED).map((label) => `'${label}'`);
  const more = labels.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const gone = (id: string): DomainError =>
  new DomainError(
    'NOT_FOUND',
    `Expected \`from\` to be the id of a checkpoint that is kept, received ${JSON.stringify(id)}, which there is none with. \`Run.checkpoints\` lists those of a run`,
    { field: 'input.from' },
  );
