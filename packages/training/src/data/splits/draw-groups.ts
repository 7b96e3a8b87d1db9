import { itemNumber, uniform } from '../random.js';

export interface GroupedItem {
  readonly group: string;
  /** Groups of each label are drawn evenly. */
  readonly label: string;
}

export interface DrawGroupsOptions {
  /** Most items that the drawn groups have together. */
  readonly count: number;
  readonly seed: number;
  /** Whether drawing goes on after a group that does not fit any more. */
  readonly passOverLarge: boolean;
}

/** Items that stay together. */
interface Group {
  readonly name: string;
  readonly label: string;
  readonly size: number;
  readonly draw: number;
}

/** Names of the groups that come first in their classes, as many as have at most `count` items together. */
export function drawGroups(
  items: readonly GroupedItem[],
  { count, seed, passOverLarge }: DrawGroupsOptions,
): Set<string> {
  const drawn = new Set<string>();
  let taken = 0;
  for (const { name, size } of inOrderOfPlace(groupsOf(items, seed))) {
    if (taken + size <= count) {
      taken += size;
      drawn.add(name);
    } else if (!passOverLarge) break;
  }
  return drawn;
}

function groupsOf(items: readonly GroupedItem[], seed: number): Group[] {
  const sizes = new Map<string, number>();
  for (const { group } of items) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const labels = new Map(items.map(({ group, label }) => [group, label]));
  return [...sizes]
    .map(([name, size]) => {
      const draw = uniform({ seed, purpose: 'split', item: itemNumber(name) });
      return { name, size, draw, label: labels.get(name)! };
    })
    .sort((left, right) => left.draw - right.draw || (left.name < right.name ? -1 : 1));
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
