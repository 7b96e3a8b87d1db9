import path from 'node:path';
import { imageFiles } from '../data/items/items.js';
import { parentLabel } from '../data/labels/labellers.js';
import type { Manifest } from '../data/manifest.js';
import { importImage, presizeFor } from '../vision/files/presized.js';

export interface ImportFolderOptions {
  /** The originals, one folder a class. */
  readonly root: string;
  /** Where presized copies go. */
  readonly imagesDir: string;
  /** Size to train at. */
  readonly imageSize: number;
  /** Of so many images, the first is valid. @default 3 */
  readonly validEvery?: number;
}

/** Takes in a folder of images as it is. */
export async function importFolder({
  root,
  imagesDir,
  imageSize,
  validEvery = 3,
}: ImportFolderOptions): Promise<Manifest> {
  const files = await imageFiles(root);
  const side = presizeFor(imageSize);
  const items = await Promise.all(
    files.map(async (file, index) => ({
      ...(await importImage({ path: file, imagesDir, side })),
      label: parentLabel(file),
      split: index % validEvery === 0 ? ('valid' as const) : ('train' as const),
      source: path.relative(root, file),
    })),
  );
  return {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: 'shapes',
      version: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
      root,
      split: { kind: 'random', validShare: 1 / validEvery, seed: 1 },
      labels: [...new Set(items.map(({ label }) => label))].sort(),
      itemCount: items.length,
    },
    items,
  };
}
