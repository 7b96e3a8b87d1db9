import type { Numbers } from '../engine/numbers.js';
import { TrainingError } from '../errors.js';
import { readSafetensors, writeSafetensors } from '../model/safetensors.js';
import { readMetadata } from '../model/safetensors-metadata.js';
import type { SlotState } from '../optimizer/optimizer.js';
import type { LearnerPosition, LearnerState } from './learner-state.js';

/** A checkpoint's file cannot be gone on from. */
export class CheckpointUnreadableError extends TrainingError {
  override readonly name = 'CheckpointUnreadableError';
  readonly code = 'CHECKPOINT_UNREADABLE';

  constructor(received: string, options?: ErrorOptions) {
    super(
      `Expected a checkpoint as this version of Whetstone writes them, received ${received}. ` +
        'Go on from an earlier one, or begin anew',
      options,
    );
  }
}

/** Under what the file's metadata has all that is no tensor, as JSON. */
const KEY = 'whetstone.checkpoint';
const VERSION = 1;

/** What is not in tensors. */
interface Described {
  readonly version: number;
  readonly position: LearnerPosition;
  /** Plain numbers of the optimizer's slots, by parameter. */
  readonly optimizer: Readonly<Record<string, SlotState['numbers']>>;
  readonly accumulated: { readonly items: number; readonly count: number };
  readonly beside: unknown;
}

/**
 * Writes a learner's state as one safetensors file, with whatever plain JSON its user has to
 * remember beside it.
 */
export function writeCheckpoint(state: LearnerState, beside: unknown): Uint8Array {
  const { step, epoch, firstTrainedGroup, momentum, model, optimizer, accumulated } = state;
  const described: Described = {
    version: VERSION,
    position: { step, epoch, firstTrainedGroup, momentum },
    optimizer: Object.fromEntries([...optimizer].map(([name, { numbers }]) => [name, numbers])),
    accumulated: { items: accumulated.items, count: accumulated.count },
    beside,
  };
  const ofSlots = [...optimizer].flatMap(([name, { tensors }]) =>
    Object.entries(tensors).map(([key, tensor]) => [`optimizer/${name}/${key}`, tensor] as const),
  );
  const tensors = new Map<string, Numbers>([
    ...[...model].map(([name, tensor]) => [`model/${name}`, tensor] as const),
    ...ofSlots,
    ...[...accumulated.sums].map(([name, tensor]) => [`accumulated/${name}`, tensor] as const),
  ]);
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(described) });
}

/**
 * Reads what `writeCheckpoint` wrote. What was remembered beside the state is returned unchecked.
 *
 * @throws CheckpointUnreadableError
 */
export function readCheckpoint(file: Uint8Array): {
  readonly state: LearnerState;
  readonly beside: unknown;
} {
  const { described, tensors } = partsOf(file);
  const below = (folder: string) =>
    [...tensors]
      .filter(([name]) => name.startsWith(`${folder}/`))
      .map(([name, tensor]) => [name.slice(folder.length + 1), tensor] as const);
  const slots = Object.entries(described.optimizer).map(([name, numbers]): [string, SlotState] => [
    name,
    { numbers, tensors: Object.fromEntries(below(`optimizer/${name}`)) },
  ]);
  return {
    state: {
      ...described.position,
      model: new Map(below('model')),
      optimizer: new Map(slots),
      accumulated: { ...described.accumulated, sums: new Map(below('accumulated')) },
    },
    beside: described.beside,
  };
}

function partsOf(file: Uint8Array): { described: Described; tensors: Map<string, Numbers> } {
  try {
    const text = readMetadata(file)[KEY];
    if (text === undefined) throw new CheckpointUnreadableError('a file that is none');
    const described: unknown = JSON.parse(text);
    if (!isDescribed(described)) throw new CheckpointUnreadableError('one of another version');
    const tensors = [...readSafetensors(file)].map(([name, { shape, data }]) => {
      if (data instanceof Float32Array) return [name, { shape, data }] as const;
      throw new CheckpointUnreadableError(`\`${name}\` in another type than F32`);
    });
    return { described, tensors: new Map(tensors) };
  } catch (cause) {
    if (cause instanceof CheckpointUnreadableError) throw cause;
    throw new CheckpointUnreadableError('a damaged file', { cause });
  }
}

/** The version vouches for the rest: whoever keeps checkpoints also keeps their checksums. */
const isDescribed = (value: unknown): value is Described =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === VERSION;
