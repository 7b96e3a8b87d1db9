import { TrainingError, type TrainingErrorCode } from '@whetstone/training';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { DomainError, messageOf } from './errors.js';
import { isNoRoom, ROOM_FIX } from './no-room.js';
import { isUnavailable } from './store/unavailable.js';

/** What a client hears for each of the engine’s codes; a new code has to be decided here. */
const codes: Readonly<Record<TrainingErrorCode, string>> = {
  ENGINE_UNAVAILABLE: 'ENGINE_UNAVAILABLE',
  FOLDER_NOT_FOUND: 'DATASET_UNREADABLE',
  NOT_A_FOLDER: 'DATASET_UNREADABLE',
  NO_IMAGES: 'NO_IMAGES',
  TOO_FEW_CLASSES: 'TOO_FEW_CLASSES',
  TOO_FEW_ITEMS: 'TOO_FEW_ITEMS',
  IMAGE_UNREADABLE: 'IMAGE_UNREADABLE',
  IMAGE_MISSING: 'IMAGE_MISSING',
  MANIFEST_UNREADABLE: 'DATASET_UNREADABLE',
  LABELS_UNREADABLE: 'DATASET_UNREADABLE',
  LABEL_NOT_FOUND: 'DATASET_UNREADABLE',
  NOT_IN_A_SPLIT: 'DATASET_UNREADABLE',
  CLASS_NOT_TRAINED: 'DATASET_UNREADABLE',
  INVALID_OPTION: 'BAD_USER_INPUT',
  UNKNOWN_ARCHITECTURE: 'BAD_USER_INPUT',
  WEIGHTS_MISSING: 'WEIGHTS_MISSING',
  WEIGHTS_UNREADABLE: 'WEIGHTS_UNREADABLE',
  WEIGHTS_MISMATCH: 'WEIGHTS_MISMATCH',
  HUB_FILE_NOT_FOUND: 'HUB_FILE_NOT_FOUND',
  HUB_ACCESS_DENIED: 'HUB_ACCESS_DENIED',
  HUB_UNREACHABLE: 'HUB_UNREACHABLE',
  HUB_OFFLINE: 'HUB_OFFLINE',
  HUB_FILE_CORRUPT: 'HUB_FILE_CORRUPT',
  HUB_ANSWER_UNEXPECTED: 'HUB_ANSWER_UNEXPECTED',
  DISK_FULL: 'DISK_FULL',
  SAVED_LEARNER_UNREADABLE: 'WEIGHTS_UNREADABLE',
  CHECKPOINT_UNREADABLE: 'CHECKPOINT_UNREADABLE',
  CHECKPOINT_MISMATCH: 'CHECKPOINT_MISMATCH',
  SHAPE_MISMATCH: 'SHAPE_MISMATCH',
  NO_SUGGESTION: 'NO_SUGGESTION',
  NON_FINITE_LOSS: 'NON_FINITE_LOSS',
};

const UNAVAILABLE =
  'Expected a store that answers, received none in time. Whether a change was made is not known. Try again in a moment; /readyz says when it answers';

/** Says to a client what it can understand and mend; everything else goes to the log, whole. */
export function formatError(error: unknown, log: Logger): GraphQLFormattedError {
  const place = placeOf(error);
  const cause = error instanceof GraphQLError ? originOf(error) : error;
  if (cause instanceof DomainError) {
    const { code, field, message } = cause;
    return { message, ...place, extensions: { code, ...(field !== undefined && { field }) } };
  }
  if (cause instanceof TrainingError) {
    return { message: cause.message, ...place, extensions: { code: codes[cause.code] } };
  }
  if (isNoRoom(cause)) {
    log.error({ err: cause, path: place.path }, 'nothing can be written');
    const message = `Expected a disk that can be written to, received one that cannot: ${messageOf(cause)}. ${ROOM_FIX}, then try again`;
    return { message, ...place, extensions: { code: 'DISK_FULL' } };
  }
  if (isUnavailable(cause)) {
    log.error({ err: cause, path: place.path }, 'the store does not answer');
    return { message: UNAVAILABLE, ...place, extensions: { code: 'STORE_UNAVAILABLE' } };
  }
  if (error instanceof GraphQLError && cause === undefined) {
    return { message: error.message, ...place, extensions: { code: codeOf(error) } };
  }
  log.error({ err: cause, path: place.path }, 'an operation failed');
  return {
    message:
      'Something in the server failed that should not. Its log says what; try again, and report it if it happens again',
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/** What was thrown; undefined where graphql itself found the fault. */
function originOf(error: GraphQLError): unknown {
  const { originalError } = error;
  return originalError instanceof GraphQLError ? originOf(originalError) : originalError;
}

function placeOf(error: unknown) {
  if (!(error instanceof GraphQLError)) return {};
  return {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  };
}

function codeOf({ extensions, path, message }: GraphQLError): string {
  const code = extensions['code'];
  if (typeof code === 'string') return code;
  if (message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  if (message.startsWith('Variable "$')) return 'BAD_USER_INPUT';
  return path === undefined ? 'GRAPHQL_VALIDATION_FAILED' : 'BAD_USER_INPUT';
}
