/** Every code that the API itself can answer with, beside those of GraphQL and of the engine. */
export type DomainErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_COMPLEX'
  | 'RUN_NOT_ACTIVE'
  | 'DATASET_NOT_READY'
  | 'DATASET_UNREADABLE'
  | 'WEIGHTS_MISSING';

export interface DomainErrorOptions {
  /** Path of the input's field that is to blame, such as `input.epochs`. */
  readonly field?: string;
  readonly cause?: unknown;
}

/**
 * A failure that the asker can understand and mend. The message says what was expected, what was
 * received, how to fix it.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly field: string | undefined;

  constructor(code: DomainErrorCode, message: string, { field, cause }: DomainErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.field = field;
  }
}

/** Input that breaks a rule. `fix` may say what to do where that is not plain. */
export function badInput(
  field: string,
  { expected, received, fix }: { expected: string; received: unknown; fix?: string },
): DomainError {
  const shown = typeof received === 'string' ? JSON.stringify(received) : String(received);
  const message = `Expected \`${field}\` to be ${expected}, received ${shown}`;
  return new DomainError('BAD_USER_INPUT', fix === undefined ? message : `${message}. ${fix}`, {
    field: `input.${field}`,
  });
}

export function notFound(kind: 'run' | 'dataset', id: string): DomainError {
  return new DomainError(
    'NOT_FOUND',
    `Expected the id of a ${kind}, received ${JSON.stringify(id)}, which there is none with. List the ${kind}s to see their ids`,
  );
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A switch has covered every case; reaching this is a mistake of ours. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`);
}
