import type { Split } from './split.js';

/**
 * A version of a dataset: which images, with which labels, on which side of the split. Immutable.
 *
 * On disk it is newline-delimited JSON: the header on the first line, then one item a line, in item
 * order. An item's position (from 0) is its identity within the version.
 */
export interface ManifestHeader {
  readonly format: 'whetstone-manifest';
  readonly formatVersion: 1;
  readonly datasetId: string;
  readonly version: number;
  readonly createdAt: string;
  /** Folder that `source` of the items is relative to. */
  readonly root: string;
  /** How the split was made; `items[].split` is its outcome and what counts. */
  readonly split: SplitRule;
  /** Class names in code-point order: the vocab of every model trained on this version. */
  readonly labels: readonly string[];
  readonly itemCount: number;
}

export type SplitRule =
  | { readonly kind: 'random'; readonly validShare: number; readonly seed: number }
  | { readonly kind: 'folders'; readonly train: string; readonly valid: string };

export interface ManifestItem {
  /** SHA-256 of the file's bytes, hex: names its presized copies and caches. */
  readonly hash: string;
  readonly label: string;
  readonly split: Split;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Size of the original file in bytes. */
  readonly bytes: number;
  /** Path below the root, with forward slashes. */
  readonly source: string;
}

export interface Manifest {
  readonly header: ManifestHeader;
  readonly items: readonly ManifestItem[];
}
