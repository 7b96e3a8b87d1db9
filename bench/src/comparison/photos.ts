import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '@whetstone/training';
import { importPhotos, writeSplit } from '../photo-splits.js';
import type { PhotoInputs } from './row.js';

/** How many photos rows of a quick run work on. */
const QUICK_PHOTOS = 200;
const IMAGE_SIZE = 224;
/** Splits, that of most rows first. */
const SEEDS = [42, 1, 2, 3, 4];

export interface PreparedPhotos extends PhotoInputs {
  /** Which photos these are. */
  readonly note: string;
}

/** Where photos are: in the folder that was given, or else the demo images. */
export function photoFolder(given: string | null): { root: string; isDemo: boolean } {
  const root = given === null ? path.join(cacheDirectory(), 'demo-images') : path.resolve(given);
  if (existsSync(root)) return { root, isDemo: given === null };
  throw new Error(
    `Expected photos at ${root}, found no folder. Give one with a folder a class, ` +
      '`--photos FOLDER`, or run `npm run setup`, which fetches the demo images',
  );
}

/** Presizes the photos and splits them, below `folder`, for both sides to work on. */
export async function preparePhotos(
  given: string | null,
  { folder, isFull }: { readonly folder: string; readonly isFull: boolean },
): Promise<PreparedPhotos> {
  const { root, isDemo } = photoFolder(given);
  const imagesDir = path.join(folder, 'images');
  const photos = await importPhotos(root, { imagesDir, imageSize: IMAGE_SIZE });
  const items = isFull ? photos.items : spread(photos.items, QUICK_PHOTOS);
  const manifestFiles: string[] = [];
  for (const seed of SEEDS)
    manifestFiles.push(await writeSplit({ ...photos, items }, seed, folder));
  const kind = isDemo
    ? 'the demo images (no `--photos` was given)'
    : `photos of ${path.basename(root)}`;
  const note = `${items.length} of ${photos.items.length} ${kind}`;
  return { manifestFile: manifestFiles[0]!, manifestFiles, imagesDir, note };
}

/** At most `count` of the items, evenly taken, so that every class keeps its share. */
export function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
