import { InvalidOptionError, TrainingError } from '../errors.js';
import { itemNumber, uniform } from './random.js';
import type { Split } from './split.js';

export interface RandomSplitterOptions {
  /** Share of the items for validation, above 0 and below 1. @default 0.2 */
  readonly valid?: number;
  /** @default 42 */
  readonly seed?: number;
}

/** Items as texts, or with a key: the content hash, so that copies of one image stay together. */
export type SplitItem = string | { readonly key: string };

/** Says for each item on which side it is, in the order of the items. */
export type Splitter = (items: readonly SplitItem[]) => Split[];

/** One side of a split would be empty. */
export class TooFewItemsError extends TrainingError {
  override readonly name = 'TooFewItemsError';
  readonly code = 'TOO_FEW_ITEMS';
  readonly itemCount: number;

  constructor(itemCount: number, validShare: number) {
    super(
      `Expected enough items for one train and one valid item, received ${itemCount} of which ` +
        `a share of ${validShare} is for validation (equal items stay on one side). Add images, ` +
        'or choose a share closer to 0.5',
    );
    this.itemCount = itemCount;
  }
}

/**
 * Sends `floor(valid * count)` items to validation: those with the lowest draws. A draw depends on
 * the seed and the item's key alone, so the order of the items does not matter, and an item added
 * later moves few others. Items with one key are on one side: a group that would lie across the
 * border goes to train, which makes validation that much smaller.
 */
export function randomSplitter({ valid = 0.2, seed = 42 }: RandomSplitterOptions = {}): Splitter {
  if (!(valid > 0 && valid < 1))
    throw new InvalidOptionError('valid', valid, 'a number above 0 and below 1');
  return (items) => {
    const keys = items.map((item) => (typeof item === 'string' ? item : item.key));
    const validKeys = lowestKeys(keys, Math.floor(valid * keys.length), seed);
    const splits = keys.map((key): Split => (validKeys.has(key) ? 'valid' : 'train'));
    if (!splits.includes('train') || !splits.includes('valid'))
      throw new TooFewItemsError(items.length, valid);
    return splits;
  };
}

/** Keys with the lowest draws, as many as have at most `count` items together. */
function lowestKeys(keys: readonly string[], count: number, seed: number): Set<string> {
  const groups = new Map<string, number>();
  for (const key of keys) groups.set(key, (groups.get(key) ?? 0) + 1);
  const drawn = [...groups]
    .map(([key, size]) => ({
      key,
      size,
      draw: uniform({ seed, purpose: 'split', item: itemNumber(key) }),
    }))
    .sort((left, right) => left.draw - right.draw || (left.key < right.key ? -1 : 1));

  const lowest = new Set<string>();
  let taken = 0;
  for (const { key, size } of drawn) {
    taken += size;
    if (taken > count) break;
    lowest.add(key);
  }
  return lowest;
}
