import { createHash } from 'node:crypto';
import { openImage, orUnreadable, readImageSize } from './decode.js';
import type { ImportedImage } from './presized.js';
import { readOriginal } from './read-original.js';

/** Decodes an image to its end and keeps nothing. Throws an `ImageUnreadableError` if that fails. */
export async function verifyImage(path: string): Promise<ImportedImage> {
  const bytes = await readOriginal(path);
  const { width, height } = await readImageSize(bytes, path);
  // Reads every byte of the picture, but computes few pixels of it.
  await orUnreadable(path, () => openImage(bytes).resize(16, 16, { fit: 'fill' }).raw().toBuffer());
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { hash, width, height, bytes: bytes.length };
}
