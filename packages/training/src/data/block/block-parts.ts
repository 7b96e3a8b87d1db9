import type { BatchTransform } from '../batch-transform.js';
import type { Preprocessing } from '../batch.js';
import { type SizedFile, UnequalSizesError } from './block-errors.js';
import type { ItemPlace, ItemTransform } from '../item-transform.js';
import type { Labeller } from '../labels/labellers.js';
import type { Picture } from '../picture.js';
import type { ReadItem } from '../items/read-items.js';
import type { Sample } from '../sample.js';
import type { Split } from '../splits/split.js';
import type { Splitter } from '../splits/splitters.js';

/** What reading a file to its end tells. */
export interface VerifiedFile {
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
}

/** The steps from a folder to batches, each a function. */
export interface DataBlockOptions {
  /** Lists the files of a root. */
  readonly items: (root: string) => Promise<readonly string[]> | readonly string[];
  readonly label: Labeller;
  /** Sees content hashes as keys, so that copies of one image stay on one side. */
  readonly split: Splitter;
  /** Reads a file to its end, so that what is broken is known before training. */
  readonly verify: (file: string) => Promise<VerifiedFile>;
  /** Decodes a file. */
  readonly open: (file: string) => Promise<Picture>;
  /** What makes pictures squares of one size, each by itself, in this order. */
  readonly itemTransforms: readonly ItemTransform[];
  /** What makes inputs of a batch of pictures, on the engine. */
  readonly batchTransform: Readonly<Record<Split, BatchTransform>>;
  /** What all of that amounts to on the valid split, for those who prepare other images alike. */
  readonly preprocessing?: Preprocessing;
}

/** An item of a block; its position is that in batches. */
export type BlockItem = ReadItem<VerifiedFile>;

/** The sides of items, whose copies stay together. */
export function splitItems(items: readonly BlockItem[], split: Splitter): Split[] {
  return split(items.map(({ hash, label, path }) => ({ key: hash, label, path })));
}

/** Items as loaders take them. */
export function toSamples(items: readonly BlockItem[], vocab: readonly string[]): Sample[] {
  return items.map(({ hash, label, path }, item) => {
    return { item, hash, source: path, classIndex: vocab.indexOf(label) };
  });
}

/** Opens a file and takes it through the item transforms. */
export async function openTransformed(
  { open, itemTransforms }: Pick<DataBlockOptions, 'open' | 'itemTransforms'>,
  file: string,
  place: ItemPlace,
): Promise<Picture> {
  let picture = await open(file);
  for (const transform of itemTransforms) picture = await transform(picture, place);
  return picture;
}

/** Throws an `UnequalSizesError` unless both pictures are squares of one size. */
export function assertEqualSquares(picture: SizedFile, first: SizedFile): void {
  if (first.width !== first.height) throw new UnequalSizesError(first, first);
  if (picture.width !== first.width || picture.height !== first.height)
    throw new UnequalSizesError(picture, first);
}
