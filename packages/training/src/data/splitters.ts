import { InvalidOptionError, TrainingError } from '../errors.js';
import { itemNumber, uniform } from './random.js';
import type { Split } from './split.js';

export interface RandomSplitterOptions {
  /** Share of the items for validation, above 0 and below 1. @default 0.2 */
  readonly valid?: number;
  /** @default 42 */
  readonly seed?: number;
}

/**
 * Items as texts, or with a key: the content hash, so that copies of one image stay together. With
 * a label, each class has its share on both sides.
 */
export type SplitItem = string | { readonly key: string; readonly label?: string };

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
 * Sends `floor(valid * count)` items to validation: those with the lowest draws within their class,
 * so that a small class does not vanish from one side by chance, as it can with fastai's splitter.
 * A draw depends on the seed and the item's key alone, so the order of the items does not matter,
 * and an item added later moves few others. Items with one key are on one side: a group that would
 * lie across the border goes to train, which makes validation that much smaller.
 */
export function randomSplitter({ valid = 0.2, seed = 42 }: RandomSplitterOptions = {}): Splitter {
  if (!(valid > 0 && valid < 1))
    throw new InvalidOptionError('valid', valid, 'a number above 0 and below 1');
  return (items) => {
    const keyed = items.map((item) => (typeof item === 'string' ? { key: item } : item));
    const validKeys = lowestKeys(keyed, Math.floor(valid * keyed.length), seed);
    const splits = keyed.map(({ key }): Split => (validKeys.has(key) ? 'valid' : 'train'));
    if (!splits.includes('train') || !splits.includes('valid'))
      throw new TooFewItemsError(items.length, valid);
    return splits;
  };
}

interface KeyedItem {
  readonly key: string;
  readonly label?: string;
}

/** Items that stay together. */
interface Group extends Required<KeyedItem> {
  readonly size: number;
  readonly draw: number;
}

/** Keys that come first in their classes, as many as have at most `count` items together. */
function lowestKeys(items: readonly KeyedItem[], count: number, seed: number): Set<string> {
  const lowest = new Set<string>();
  let taken = 0;
  for (const { key, size } of inOrderOfPlace(groupsOf(items, seed))) {
    taken += size;
    if (taken > count) break;
    lowest.add(key);
  }
  return lowest;
}

function groupsOf(items: readonly KeyedItem[], seed: number): Group[] {
  const sizes = new Map<string, number>();
  for (const { key } of items) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  const labels = new Map(items.map(({ key, label = '' }) => [key, label]));
  return [...sizes]
    .map(([key, size]) => {
      const draw = uniform({ seed, purpose: 'split', item: itemNumber(key) });
      return { key, size, draw, label: labels.get(key)! };
    })
    .sort((left, right) => left.draw - right.draw || (left.key < right.key ? -1 : 1));
}

/**
 * Orders groups by how far into their class they are, from 0 to 1: the first fifth of this order is
 * the first fifth of every class. The draw says where within its step a group lies, so that classes
 * of one size are not all rounded alike. What is alone in its class comes last: it can only train.
 */
function inOrderOfPlace(groups: readonly Group[]): Group[] {
  const totals = new Map<string, number>();
  for (const { label, size } of groups) totals.set(label, (totals.get(label) ?? 0) + size);
  const before = new Map<string, number>();
  const placed = groups.map((group) => {
    const { label, size, draw } = group;
    const rank = before.get(label) ?? 0;
    before.set(label, rank + size);
    const total = totals.get(label)!;
    return { group, place: size === total ? 1 : (rank + draw) / total };
  });
  return placed.sort((left, right) => left.place - right.place).map(({ group }) => group);
}
