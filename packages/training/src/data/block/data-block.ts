import type { Loaders } from '../batch.js';
import { NoReadableItemsError, type SizedFile } from './block-errors.js';
import {
  assertEqualSquares,
  type BlockItem,
  type DataBlockOptions,
  openTransformed,
  splitItems,
  toSamples,
} from './block-parts.js';
import { type BlockSummary, summarise, type SummaryOptions } from './block-summary.js';
import { DataLoader } from '../data-loader.js';
import { type ItemProblem, readItems } from '../items/read-items.js';
import type { Sample } from '../sample.js';
import type { Split } from '../splits/split.js';
import { trainVocab } from '../labels/vocab.js';

export interface BlockLoadersOptions {
  /** @default 32 */
  readonly batchSize?: number;
  /** Draws the order of train items and what item transforms draw. @default 42 */
  readonly seed?: number;
  /** Batches read beside the one in use. @default 2 */
  readonly prefetch?: number;
  /** Is told of each file that is left out. @default nobody: `problems` has them all the same */
  readonly onProblem?: (problem: ItemProblem) => void;
  /** Ends the verification of the files. */
  readonly signal?: AbortSignal;
}

/** Loaders, and what became of the files. */
export interface BlockLoaders extends Loaders {
  /** Positions here are those in batches. */
  readonly items: readonly (BlockItem & { readonly split: Split })[];
  /** Files that were left out, and why. */
  readonly problems: readonly ItemProblem[];
}

/** How files become batches, before there are any: steps that are taken on a folder. */
export class DataBlock {
  readonly #options: DataBlockOptions;

  constructor(options: DataBlockOptions) {
    this.#options = options;
  }

  /** Finds, verifies, labels and splits the files of `root`, and makes loaders of both sides. */
  async loaders(
    root: string,
    { batchSize = 32, seed = 42, prefetch = 2, onProblem, signal }: BlockLoadersOptions = {},
  ): Promise<BlockLoaders> {
    const { label, verify, split, preprocessing } = this.#options;
    const { items, problems } = await readItems(await this.#options.items(root), {
      label,
      read: verify,
      ...(onProblem && { onProblem }),
      ...(signal && { signal }),
    });
    if (items.length === 0) throw new NoReadableItemsError(problems);
    const splits = splitItems(items, split);
    const labels = items.map((item) => item.label);
    const vocab = trainVocab(labels, splits);
    const samples = toSamples(items, vocab);
    const first = await this.#firstSquare(samples[splits.indexOf('train')]!, seed);
    const shared = { side: first.width, batchSize, seed, prefetch };
    const loaderOf = (side: Split, look: Split) =>
      new DataLoader({
        ...shared,
        samples: samples.filter(({ item }) => splits[item] === side),
        readPixels: this.#reader(first, { split: look, seed }),
        transform: this.#options.batchTransform[look],
        shuffle: side === 'train' && look === 'train',
      });
    return {
      train: loaderOf('train', 'train'),
      valid: loaderOf('valid', 'valid'),
      augmentedValid: loaderOf('valid', 'train'),
      trainInOrder: loaderOf('train', 'valid'),
      ...(preprocessing && { preprocessing }),
      vocab,
      items: items.map((item, index) => ({ ...item, split: splits[index]! })),
      problems,
    };
  }

  /**
   * Walks one item and a small batch through every step, says what each makes of it, and where one
   * fails says which and why. Needs the engine.
   */
  async summary(root: string, options: SummaryOptions = {}): Promise<BlockSummary> {
    return summarise(this.#options, root, options);
  }

  /** The square that the item transforms make of the first item: all others must be like it. */
  async #firstSquare({ item, source }: Sample, seed: number): Promise<SizedFile> {
    const place = { seed, epoch: 0, item, split: 'train' } as const;
    const { width, height } = await openTransformed(this.#options, source, place);
    const square = { file: source, width, height };
    assertEqualSquares(square, square);
    return square;
  }

  #reader(first: SizedFile, place: { readonly split: Split; readonly seed: number }) {
    return async ({ item, source }: Sample, epoch: number): Promise<Uint8Array> => {
      const picture = await openTransformed(this.#options, source, { ...place, epoch, item });
      const { pixels, width, height } = picture;
      assertEqualSquares({ file: source, width, height }, first);
      return pixels;
    };
  }
}
