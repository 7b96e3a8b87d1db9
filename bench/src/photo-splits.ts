import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  imageFiles,
  importImage,
  type ManifestItem,
  parentLabel,
  presizeFor,
  randomSplitter,
  writeManifest,
} from '@whetstone/training';

const VALID_SHARE = 0.2;

/** A folder of photos, presized, without a split yet. */
export interface Photos {
  readonly root: string;
  readonly imagesDir: string;
  readonly items: readonly Omit<ManifestItem, 'split'>[];
}

/** Presizes every photo of `root` (one folder a class) into `imagesDir`. */
export async function importPhotos(
  root: string,
  { imagesDir, imageSize }: { readonly imagesDir: string; readonly imageSize: number },
): Promise<Photos> {
  const items = [];
  for (const file of await imageFiles(root)) {
    const image = await importImage({ path: file, imagesDir, side: presizeFor(imageSize) });
    items.push({ ...image, label: parentLabel(file), source: path.relative(root, file) });
  }
  return { root, imagesDir, items };
}

/** Draws a split and writes the manifest that both sides of a comparison read. Returns its path. */
export async function writeSplit(
  { root, items }: Photos,
  seed: number,
  folder = tmpdir(),
): Promise<string> {
  const file = path.join(folder, `whetstone-split-${seed}.ndjson`);
  const splits = randomSplitter({ valid: VALID_SHARE, seed })(
    items.map(({ hash, label }) => ({ key: hash, label })),
  );
  await writeManifest(file, {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: 'bench',
      version: 1,
      createdAt: new Date().toISOString(),
      root,
      split: { kind: 'random', validShare: VALID_SHARE, seed },
      labels: [...new Set(items.map(({ label }) => label))].sort(),
      itemCount: items.length,
    },
    items: items.map((item, index) => ({ ...item, split: splits[index]! })),
  });
  return file;
}
