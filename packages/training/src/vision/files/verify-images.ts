import {
  type ReadItem,
  type ReadItems,
  readItems,
  type ReadItemsOptions,
} from '../../data/items/read-items.js';
import type { ImportedImage } from './presized.js';
import { verifyImage } from './probe.js';

/** A file that is known to be a whole image. */
export type ImageItem = ReadItem<ImportedImage>;

export type VerifyImagesOptions = Omit<ReadItemsOptions<ImportedImage>, 'read'>;

/**
 * Decodes every file to its end and says which are images and which are not: `items` can be trained
 * on, `problems` name the others and why. Nothing is deleted or written.
 */
export async function verifyImages(
  files: readonly string[],
  options: VerifyImagesOptions,
): Promise<ReadItems<ImportedImage>> {
  return readItems(files, { ...options, read: verifyImage });
}
