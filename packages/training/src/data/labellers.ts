import path from 'node:path';
import type { Split } from './split.js';

/** The label of an image that is sorted into folders: the name of the folder that holds it. */
export function parentLabel(file: string): string {
  return path.basename(path.dirname(file));
}

export interface GrandparentOptions {
  /** @default 'train' */
  readonly train?: string;
  /** @default 'valid' */
  readonly valid?: string;
}

/** The side of the split that the folder above the label's names (`train/cat/1.jpg`), or null. */
export function grandparentSplit(
  file: string,
  { train = 'train', valid = 'valid' }: GrandparentOptions = {},
): Split | null {
  const name = path.basename(path.dirname(path.dirname(file)));
  if (name === train) return 'train';
  return name === valid ? 'valid' : null;
}
