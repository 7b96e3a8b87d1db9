import type { Readable } from 'node:stream';

/** A complete file in the store. */
export interface StoredFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Files of runs by a path such as `runs/<id>/<name>`. A file is there whole or not at all. */
export interface FileStore {
  /** Writes a file, replacing one of the same path, and returns once the disk has it. */
  write(path: string, content: Uint8Array): Promise<StoredFile>;
  /**
   * Moves a file of this machine into the store, replacing one of the same path, and returns once the
   * disk has it. For large files: nothing waits while it is read.
   */
  take(path: string, from: string): Promise<StoredFile>;
  /** Gives a file a second place, which the first one has no hold on any more; false: there is no such file. */
  copy(from: string, to: string): Promise<boolean>;
  /** Removes a folder with all that is in it, if it is there. */
  removeFolder(path: string): Promise<void>;
  /** Whether a large file could be written at this moment. */
  hasRoom(): Promise<boolean>;
  /** Undefined: there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** For large files. Undefined: there is no such file. */
  open(path: string): Promise<{ readonly bytes: number; readonly content: Readable } | undefined>;
  /** Removing what is not there is harmless. */
  remove(path: string): Promise<void>;
}

/** A path that leads out of the store, or is none. */
export class InvalidPathError extends Error {
  override readonly name = 'InvalidPathError';

  constructor(path: string) {
    super(
      `Expected a path of names separated by "/", of letters, digits, ".", "_" and "-", received ${JSON.stringify(path)}`,
    );
  }
}

/** Refuses what could leave the store, also on systems with other separators. */
export function assertFilePath(path: string): void {
  const parts = path.split('/');
  const valid = parts.every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part));
  if (!valid) throw new InvalidPathError(path);
}
