import type { Collection, Document, Filter } from 'mongodb';
import type { Page, PageQuery, Position } from '../store.js';

/** Which documents to page through, in which order. */
export interface Listing<Entry extends Document> {
  readonly field: 'createdAt' | 'name';
  readonly descending: boolean;
  readonly filter: Filter<Entry>;
  readonly projection: Readonly<Record<string, 0>>;
}

/**
 * One page by position, so that documents added meanwhile shift nothing. Texts are ordered by their
 * bytes, which is MongoDB's order without a collation, and SQLite's.
 */
export async function readPage<Entry extends Document>(
  collection: Collection<Entry>,
  { limit, after, before, fromEnd = false }: PageQuery,
  { field, descending, filter, projection }: Listing<Entry>,
): Promise<Page<Entry>> {
  const bounds = [
    ...beyond(field, after, descending ? '$lt' : '$gt'),
    ...beyond(field, before, descending ? '$gt' : '$lt'),
  ];
  // The last page is the first of the opposite order, turned around.
  const direction = descending !== fromEnd ? -1 : 1;
  // The casts: the driver's filters are typed by paths, which a type parameter has none of.
  const found = await collection
    .find<Entry>({ $and: [filter, ...bounds] } as Filter<Entry>, { projection })
    .sort({ [field]: direction, _id: direction })
    .limit(limit + 1)
    .toArray();
  const entries = found.slice(0, limit);
  return {
    entries: fromEnd ? entries.reverse() : entries,
    hasMore: found.length > limit,
    totalCount: await collection.countDocuments(filter),
  };
}

/** Documents beyond a position; the outer condition lets an index begin there. */
function beyond(field: string, position: Position | undefined, side: '$lt' | '$gt'): Document[] {
  if (position === undefined) return [];
  const { value, id } = position;
  return [
    { [field]: { [`${side}e`]: value } },
    { $or: [{ [field]: { [side]: value } }, { _id: { [side]: id } }] },
  ];
}
