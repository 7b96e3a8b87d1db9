import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { DiskFullError } from './hub-errors.js';

/** Throws where a file would not fit, before anything of it is fetched. */
export async function assertRoom(file: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path.dirname(file));
  // Some network drives say nothing, and then 0 of 0 blocks are free.
  if (bsize === 0 || bavail === 0 || bavail * bsize >= bytes) return;
  throw new DiskFullError(file, { needed: `${bytes} bytes`, free: `${bavail * bsize}` });
}

/** Says what a failed write to this file means, where it is that the disk or the quota is full. */
export function diskErrorOf(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const free = code === 'ENOSPC' ? 'no space left' : 'the quota used up';
  return new DiskFullError(file, { needed: 'the rest of it', free }, { cause: error });
}
