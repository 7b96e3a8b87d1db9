import { open } from 'node:fs/promises';
import { writeAtomically } from '../data/write-atomically.js';
import { unlessMissing } from '../data/unless-missing.js';

/** What a body made of some images: row `index` of `values` belongs to `keys[index]`. */
export interface FeatureRows {
  /** SHA-256 of each image's bytes, hex, and which view of it: `<hash>/<view>`. */
  readonly keys: readonly string[];
  /** keys.length rows of numbers. */
  readonly values: Float32Array;
}

/** A file of rows that is complete, as far as its head tells. */
export interface FeatureFile {
  readonly path: string;
  /** Bytes before the first row. */
  readonly offset: number;
}

export interface FeatureHead extends FeatureFile {
  readonly keys: readonly string[];
}

const MAGIC = 'WHETFT01';
const HASH_BYTES = 32;
const KEY_BYTES = HASH_BYTES + 4;
/** Magic, then count of rows and numbers in each. */
const HEAD_BYTES = MAGIC.length + 8;

/**
 * Writes rows, whole or not at all, and onto the disk before the name: a file of zeros after a power
 * cut would train as if it were true. Layout, little-endian: magic, uint32 rows, uint32 numbers a
 * row; for each row 32 bytes of hash and uint32 view; then the rows as float32.
 */
export async function writeFeatureFile(
  path: string,
  { keys, values }: FeatureRows,
): Promise<FeatureFile> {
  const head = Buffer.alloc(HEAD_BYTES + keys.length * KEY_BYTES);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(keys.length, MAGIC.length);
  head.writeUInt32LE(values.length / keys.length, MAGIC.length + 4);
  for (const [row, key] of keys.entries()) {
    const [hash, view] = key.split('/') as [string, string];
    const start = HEAD_BYTES + row * KEY_BYTES;
    head.write(hash, start, 'hex');
    head.writeUInt32LE(Number(view), start + HASH_BYTES);
  }
  const rows = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const write = () => writeAtomically(path, Buffer.concat([head, rows]), { durable: true });
  // Whoever makes room may take the folder away in between; the next time it is made anew.
  await write().catch((error: unknown) => {
    unlessMissing(error);
    return write();
  });
  return { path, offset: head.length };
}

/** Reads the head of a file; null for anything but a complete file of rows of `length` numbers. */
export async function readFeatureHead(path: string, length: number): Promise<FeatureHead | null> {
  const handle = await open(path, 'r').catch(unlessMissing);
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    if (bytesRead < HEAD_BYTES || head.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    const count = head.readUInt32LE(MAGIC.length);
    const offset = HEAD_BYTES + count * KEY_BYTES;
    const isComplete = size === offset + count * length * Float32Array.BYTES_PER_ELEMENT;
    if (!isComplete || head.readUInt32LE(MAGIC.length + 4) !== length) return null;
    const keys = Buffer.alloc(count * KEY_BYTES);
    await handle.read(keys, 0, keys.length, HEAD_BYTES);
    return { path, offset, keys: keysIn(keys, count) };
  } finally {
    await handle.close();
  }
}

/**
 * Reads some rows of a file, in the order of `wanted`, into `out` at the places `to` counts in rows.
 * Returns false where the file has vanished.
 */
export async function readFeatureRows(
  { path, offset }: FeatureFile,
  wanted: readonly { readonly row: number; readonly to: number }[],
  { out, length }: { readonly out: Float32Array; readonly length: number },
): Promise<boolean> {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  const handle = await open(path, 'r').catch(unlessMissing);
  if (!handle) return false;
  try {
    for (const { row, to } of wanted) {
      const place = new Uint8Array(out.buffer, out.byteOffset + to * bytes, bytes);
      await handle.read(place, 0, bytes, offset + row * bytes);
    }
    return true;
  } finally {
    await handle.close();
  }
}

function keysIn(bytes: Buffer, count: number): string[] {
  return Array.from({ length: count }, (_, row) => {
    const start = row * KEY_BYTES;
    const hash = bytes.toString('hex', start, start + HASH_BYTES);
    return `${hash}/${bytes.readUInt32LE(start + HASH_BYTES)}`;
  });
}
