/** Every code that a caller may branch on. Adding one here makes the API's mapping incomplete until it is decided there. */
export type TrainingErrorCode =
  | 'ENGINE_UNAVAILABLE'
  | 'FOLDER_NOT_FOUND'
  | 'NOT_A_FOLDER'
  | 'NO_IMAGES'
  | 'TOO_FEW_CLASSES'
  | 'TOO_FEW_ITEMS'
  | 'IMAGE_UNREADABLE'
  | 'IMAGE_MISSING'
  | 'MANIFEST_UNREADABLE'
  | 'LABELS_UNREADABLE'
  | 'LABEL_NOT_FOUND'
  | 'NOT_IN_A_SPLIT'
  | 'CLASS_NOT_TRAINED'
  | 'INVALID_OPTION'
  | 'UNKNOWN_ARCHITECTURE'
  | 'WEIGHTS_MISSING'
  | 'WEIGHTS_UNREADABLE'
  | 'WEIGHTS_MISMATCH'
  | 'HUB_FILE_NOT_FOUND'
  | 'HUB_ACCESS_DENIED'
  | 'HUB_UNREACHABLE'
  | 'HUB_OFFLINE'
  | 'HUB_FILE_CORRUPT'
  | 'HUB_ANSWER_UNEXPECTED'
  | 'DISK_FULL'
  | 'SAVED_LEARNER_UNREADABLE'
  | 'CHECKPOINT_UNREADABLE'
  | 'CHECKPOINT_MISMATCH'
  | 'SHAPE_MISMATCH'
  | 'NO_SUGGESTION'
  | 'NON_FINITE_LOSS';

/** A mistake or misfortune that the engine can name. The message says what was expected, what was received, how to fix it. */
export abstract class TrainingError extends Error {
  abstract readonly code: TrainingErrorCode;
}

/** An option is outside its range. */
export class InvalidOptionError extends TrainingError {
  override readonly name = 'InvalidOptionError';
  readonly code = 'INVALID_OPTION';
  readonly option: string;

  constructor(option: string, received: unknown, expected: string) {
    super(`Expected \`${option}\` to be ${expected}, received ${String(received)}`);
    this.option = option;
  }
}
