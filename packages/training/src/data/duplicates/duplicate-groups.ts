import { InvalidOptionError } from '../../errors.js';
import type { KeyedItem } from '../splits/splitters.js';
import { type ComparedItem, findDuplicates, type FindDuplicatesOptions } from './duplicates.js';

/**
 * Names the group of pictures that an item looks like, for `groupSplitter`: near-duplicates and copies
 * are then on one side. What looks like nothing else is a group of its own. Items are known by their
 * content hashes, which a data block gives to its splitter as keys; their order does not matter.
 *
 * The function throws an InvalidOptionError for an item that was not compared: it could have
 * duplicates on the other side.
 *
 * @example
 * const files = await imageFiles('images/pets');
 * const { items } = await readItems(files, { label: parentLabel, read: fingerprintImage });
 * const split = groupSplitter({ valid: 0.2, group: duplicateGroups(items) });
 */
export function duplicateGroups(
  items: readonly ComparedItem[],
  options: FindDuplicatesOptions = {},
): (item: KeyedItem) => string {
  const groups = new Map(items.map(({ hash }) => [hash, hash]));
  for (const { items: alike } of findDuplicates(items, options)) {
    const hashes = alike.map((item) => items[item]!.hash).sort();
    for (const hash of hashes) groups.set(hash, hashes[0]!);
  }
  return ({ key }) => {
    const group = groups.get(key);
    if (group !== undefined) return group;
    const expected = 'the content hash of an item that was compared: compare all that are split';
    throw new InvalidOptionError('key', key, expected);
  };
}
