/** Of the file system and of SQLite; DISK_FULL is the engine's. */
const CODES: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'DISK_FULL',
]);

/** What is to be done about a disk that takes nothing more. */
export const ROOM_FIX =
  'Make room on the disk that holds the data folder, and see that it is not mounted read-only';

/** Nothing can be written where the data lie. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
  readonly code = 'DISK_FULL';
}

/** Whether something failed because the disk is full or read-only, by itself or through its cause. */
export function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && CODES.has(error.code)) || isNoRoom(error.cause);
}
