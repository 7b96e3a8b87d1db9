export type AdminErrorCode =
  | 'USAGE'
  | 'OTHER_STORE'
  | 'NO_DATA'
  | 'FILE_EXISTS'
  | 'NO_ROOM'
  | 'IN_USE'
  | 'DATA_CHANGES'
  | 'NOT_A_BACKUP'
  | 'DAMAGED_BACKUP'
  | 'NEWER_VERSION'
  | 'NOT_EMPTY'
  | 'CANNOT_MOVE'
  | 'COPY_DIFFERS';

/** A command cannot do what it was asked for. The message says what was expected, what was received, how to fix it. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
