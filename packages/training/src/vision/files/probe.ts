import { createHash } from 'node:crypto';
import { openWithSize, orUnreadable } from './decode.js';
import type { ImportedImage } from './presized.js';
import { readOriginal } from './read-original.js';

/** Decodes an image to its end and keeps nothing. Throws an `ImageUnreadableError` if that fails. */
export async function verifyImage(path: string): Promise<ImportedImage> {
  const bytes = await readOriginal(path);
  const { image, size } = await openWithSize(bytes, path);
  // Reads every byte of the picture, but computes few pixels of it.
  await orUnreadable(path, () => image.resize(16, 16, { fit: 'fill' }).raw().toBuffer());
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { hash, width: size.width, height: size.height, bytes: bytes.length };
}
