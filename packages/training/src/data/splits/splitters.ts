import { InvalidOptionError, TrainingError } from '../../errors.js';
import { drawGroups } from './draw-groups.js';
import type { Split } from './split.js';

/** What a splitter may know of an item. */
export interface KeyedItem {
  /** Items with one key are on one side: the content hash keeps copies of one image together. */
  readonly key: string;
  readonly label?: string;
  /** Path of the file, with which folders can decide. */
  readonly path?: string;
}

/** Items as texts, each its own key and path, or with what is known of them. */
export type SplitItem = string | KeyedItem;

/** Says for each item on which side it is, in the order of the items. */
export type Splitter = (items: readonly SplitItem[]) => Split[];

export interface RandomSplitterOptions {
  /** Share of the items for validation, above 0 and below 1. @default 0.2 */
  readonly valid?: number;
  /** @default 42 */
  readonly seed?: number;
  /**
   * Gives every class its share of both sides, to one item, where items have labels. Without, one
   * draw goes over all items, as with fastai: a small class can vanish from one side. @default true
   */
  readonly stratified?: boolean;
}

export interface GroupSplitterOptions extends RandomSplitterOptions {
  /** Names the group of an item: the animal, the burst of photos, the set of near-duplicates (`duplicateGroups`). */
  readonly group: (item: KeyedItem) => string;
}

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
 * Sends `floor(valid * count)` items to validation: those with the lowest draws within their class,
 * so that a small class does not vanish from one side by chance, as it can with fastai's splitter.
 * A draw depends on the seed and the item's key alone, so the order of the items does not matter,
 * and an item added later moves few others. Items with one key are on one side: a group that would
 * lie across the border goes to train, which makes validation that much smaller. Pictures that merely
 * look alike are kept together by `groupSplitter` with `duplicateGroups`.
 */
export function randomSplitter(options: RandomSplitterOptions = {}): Splitter {
  return drawingSplitter({ ...options, group: ({ key }) => key, passOverLarge: false });
}

/**
 * Splits as `randomSplitter` does, but keeps groups of items on one side, so that the model is not
 * judged by pictures of what it was trained on. A group that is too large for what is left of the
 * valid share goes to train, and smaller ones after it may still fit. A group counts for the class
 * of its last item.
 *
 * @example
 * // What looks alike stays together; `fingerprintImage` read the items.
 * const split = groupSplitter({ valid: 0.2, group: duplicateGroups(items) });
 */
export function groupSplitter(options: GroupSplitterOptions): Splitter {
  return drawingSplitter({ ...options, passOverLarge: true });
}

function drawingSplitter({
  valid = 0.2,
  seed = 42,
  stratified = true,
  group,
  passOverLarge,
}: GroupSplitterOptions & { readonly passOverLarge: boolean }): Splitter {
  if (!(valid > 0 && valid < 1))
    throw new InvalidOptionError('valid', valid, 'a number above 0 and below 1');
  return (items) => {
    const keyed = items.map((item) => {
      const known = toKeyed(item);
      return { group: group(known), label: stratified ? (known.label ?? '') : '' };
    });
    const count = Math.floor(valid * keyed.length);
    const drawn = drawGroups(keyed, { count, seed, passOverLarge });
    const splits = keyed.map((item): Split => (drawn.has(item.group) ? 'valid' : 'train'));
    if (!splits.includes('train') || !splits.includes('valid'))
      throw new TooFewItemsError(items.length, valid);
    return splits;
  };
}

/** An item as what is known of it: a text is its own key and path. */
export function toKeyed(item: SplitItem): KeyedItem {
  return typeof item === 'string' ? { key: item, path: item } : item;
}
