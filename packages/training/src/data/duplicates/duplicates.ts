import { InvalidOptionError } from '../../errors.js';
import type { Fingerprint } from './fingerprint.js';
import { eachNearPair } from './near-pairs.js';
import type { Split } from '../splits/split.js';

export interface ComparedItem {
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
  readonly fingerprint: Fingerprint;
}

/** Items that show one picture. */
export interface DuplicateGroup {
  /**
   * `exact`: files with the same bytes. `near`: pictures that look alike, such as one photo in two
   * sizes; copies of either are in the group, too.
   */
  readonly kind: 'exact' | 'near';
  /** Positions of the items, lowest first. */
  readonly items: readonly number[];
}

export interface FindDuplicatesOptions {
  /**
   * Most bits, of 64, in which the fingerprints of near-duplicates differ. More finds crops and
   * strong compression, too, and more pictures that are merely composed alike. @default 4
   */
  readonly maxDistance?: number;
  /** Takes a picture and its mirror image for near-duplicates. @default false */
  readonly mirrored?: boolean;
}

/** A group with items on both sides: the model is judged by what it was trained on. */
export interface Leak {
  readonly kind: DuplicateGroup['kind'];
  readonly train: readonly number[];
  readonly valid: readonly number[];
}

/** With more bands than this, bands are so short that everything is compared with everything. */
const MAX_DISTANCE = 12;

/**
 * Groups items that show one picture, by the order of their first items, exact groups first.
 * Likeness passes on: two pictures that are both like a third are in one group.
 */
export function findDuplicates(
  items: readonly ComparedItem[],
  { maxDistance = 4, mirrored = false }: FindDuplicatesOptions = {},
): DuplicateGroup[] {
  if (!Number.isInteger(maxDistance) || maxDistance < 0 || maxDistance > MAX_DISTANCE) {
    const expected = `an integer from 0 to ${MAX_DISTANCE}`;
    throw new InvalidOptionError('maxDistance', maxDistance, expected);
  }
  const copies = groupBy(items.keys(), (item) => items[item]!.hash);
  const firsts = copies.map(([first]) => first!);
  const near = joiner(firsts.length);
  const fingerprints = firsts.map((item) => items[item]!.fingerprint);
  eachNearPair(fingerprints, { maxDistance, mirrored }, near.join);
  const alike = groupBy(firsts.keys(), near.root).filter((group) => group.length > 1);
  return [
    ...copies
      .filter((group) => group.length > 1)
      .map((group) => ({ kind: 'exact' as const, items: group })),
    ...alike.map((group) => ({
      kind: 'near' as const,
      items: group.flatMap((index) => copies[index]!).sort((left, right) => left - right),
    })),
  ];
}

/** The groups that leak from one side of a split to the other. */
export function duplicatesAcrossSplits(
  groups: readonly DuplicateGroup[],
  splits: readonly Split[],
): Leak[] {
  return groups
    .map(({ kind, items }) => ({
      kind,
      train: items.filter((item) => splits[item] === 'train'),
      valid: items.filter((item) => splits[item] === 'valid'),
    }))
    .filter(({ train, valid }) => train.length > 0 && valid.length > 0);
}

/** Sets of numbers that are joined pair by pair (union–find). */
function joiner(count: number) {
  const parents = Array.from({ length: count }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  const join = (left: number, right: number) => {
    const [low, high] = [root(left), root(right)].sort((one, other) => one - other);
    parents[high!] = low!;
  };
  return { join, root };
}

function groupBy(indexes: Iterable<number>, keyOf: (index: number) => string | number): number[][] {
  const groups = new Map<string | number, number[]>();
  for (const index of indexes) {
    const key = keyOf(index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}
