import { createHash } from 'node:crypto';
import type { Bits, Fingerprint } from '../../data/duplicates/fingerprint.js';
import { openWithSize, orUnreadable } from './decode.js';
import type { ImportedImage } from './presized.js';
import { readOriginal } from './read-original.js';

/** A verified image with what it looks like, for `findDuplicates`. */
export interface FingerprintedImage extends ImportedImage {
  readonly fingerprint: Fingerprint;
}

const ROWS = 8;
const COLUMNS = 9;

/** Verifies an image as `verifyImage` does, and takes its fingerprint on the way. Use it to `readItems`. */
export async function fingerprintImage(path: string): Promise<FingerprintedImage> {
  const bytes = await readOriginal(path);
  const { image, size } = await openWithSize(bytes, path);
  const thumbnail = await orUnreadable(path, () =>
    image
      // Decoders that shrink on their own do so differently for each format and size.
      .resize(COLUMNS, ROWS, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer(),
  );
  const hash = createHash('sha256').update(bytes).digest('hex');
  return {
    hash,
    width: size.width,
    height: size.height,
    bytes: bytes.length,
    fingerprint: fingerprintOf(thumbnail),
  };
}

/**
 * Difference hash (Krawetz, 2013) of a grey thumbnail of 9 columns and 8 rows: one bit for each two
 * neighbours, set where it grows brighter to the right. Size, compression and brightness change few
 * bits of it.
 */
export function fingerprintOf(thumbnail: Uint8Array): Fingerprint {
  const at = (row: number, column: number) => thumbnail[row * COLUMNS + column]!;
  const mirroredAt = (row: number, column: number) => at(row, COLUMNS - 1 - column);
  return { ...differences(at), mirrored: differences(mirroredAt) };
}

function differences(at: (row: number, column: number) => number): Bits {
  const halfOf = (firstRow: number) => {
    let half = 0;
    for (let row = firstRow; row < firstRow + ROWS / 2; row += 1)
      for (let column = 0; column < COLUMNS - 1; column += 1)
        half = (half << 1) | Number(at(row, column) < at(row, column + 1));
    return half >>> 0;
  };
  return { high: halfOf(0), low: halfOf(ROWS / 2) };
}
