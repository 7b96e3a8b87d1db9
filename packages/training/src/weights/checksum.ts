import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** What a file's bytes are to add up to. */
export interface Checksum {
  readonly kind: 'SHA-256' | 'git SHA-1';
  readonly digest: string;
}

/**
 * A hub's entity tags are checksums: SHA-256 of a large file, git's name for a small one. Another
 * server may have tags of its own, and then there is nothing to check.
 */
export function checksumOf(etag: string): Checksum | null {
  const digest = etag.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digest)) return { kind: 'SHA-256', digest };
  return /^[0-9a-f]{40}$/.test(digest) ? { kind: 'git SHA-1', digest } : null;
}

/** Adds a file up in the same way. */
export async function digestOf(file: FileHandle, kind: Checksum['kind']): Promise<string> {
  const hash = createHash(kind === 'SHA-256' ? 'sha256' : 'sha1');
  const { size } = await file.stat();
  if (kind === 'git SHA-1') hash.update(`blob ${size}\0`);
  const buffer = Buffer.alloc(1 << 20);
  for (let position = 0; position < size;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return hash.digest('hex');
}
