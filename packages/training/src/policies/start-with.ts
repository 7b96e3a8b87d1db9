import { TrainingError } from '../errors.js';
import { readCheckpoint } from '../learner/checkpoint.js';
import type { Learner } from '../learner/learner.js';
import { startingState } from '../learner/learner-state.js';
import { WeightsMismatchError } from '../model/parameter-store.js';
import type { RunProgress, TrainedModel } from './run-progress.js';

/** A checkpoint is whole, but of another network or of other classes. */
export class CheckpointMismatchError extends TrainingError {
  override readonly name = 'CheckpointMismatchError';
  readonly code = 'CHECKPOINT_MISMATCH';

  constructor(expected: string, received: string, options?: ErrorOptions) {
    super(
      `Expected a checkpoint of ${expected}, received one of ${received}. ` +
        'Begin with one of a run with the same architecture and the same classes, or without any',
      options,
    );
  }
}

/**
 * Begins with what another run had learned by a checkpoint: weights, running statistics, how far it
 * was unfrozen, and what its optimizer remembered. Steps and epochs count from 0.
 *
 * @throws CheckpointUnreadableError, or CheckpointMismatchError; then nothing has changed.
 */
export function startWith(learner: Learner, checkpoint: Uint8Array): void {
  const { state, beside } = readCheckpoint(checkpoint);
  // What runs write beside a state; other checkpoints may have anything there.
  const { model } = (beside ?? {}) as Partial<RunProgress>;
  const { architecture } = learner.model;
  if (model !== undefined) {
    assertSame(architecture.name, model.architecture);
    assertSame(classes(learner.loaders), classes(model));
  }
  try {
    learner.load(startingState(state));
  } catch (cause) {
    if (!(cause instanceof WeightsMismatchError)) throw cause;
    throw new CheckpointMismatchError(architecture.name, 'another network or of other classes', {
      cause,
    });
  }
}

function assertSame(expected: string, received: string): void {
  if (received !== expected) throw new CheckpointMismatchError(expected, received);
}

const classes = ({ vocab }: Pick<TrainedModel, 'vocab'>): string =>
  `the classes ${vocab.map((label) => `"${label}"`).join(', ')}`;
