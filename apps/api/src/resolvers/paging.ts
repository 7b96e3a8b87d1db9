import type { Connection, Data, PageArgs } from '@whetstone/schema';
import { badInput, DomainError } from '../errors.js';
import type { Page, PageQuery, Position } from '../store/store.js';

const MOST = 100;
const USUAL = 20;

/** Checks Relay’s arguments. */
export function pageQuery({ first, after, last, before }: Data<PageArgs>): PageQuery {
  const forwards = first ?? null;
  const backwards = last ?? null;
  if (forwards !== null && backwards !== null) {
    throw badInput('last', {
      expected: 'left out beside `first`',
      received: backwards,
      fix: 'Page forwards with `first` and `after`, or backwards with `last` and `before`',
    });
  }
  const limit = forwards ?? backwards ?? USUAL;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw badInput(backwards === null ? 'first' : 'last', {
      expected: `a whole number from 1 to ${MOST}`,
      received: limit,
    });
  }
  return {
    limit,
    fromEnd: backwards !== null,
    ...(after != null && { after: decodeCursor(after) }),
    ...(before != null && { before: decodeCursor(before) }),
  };
}

/** A page of the store as a connection. */
export function toConnection<Record, Entry>(
  page: Page<Record>,
  {
    query,
    position,
    toNode,
  }: {
    query: PageQuery;
    position: (record: Record) => Position;
    toNode: (record: Record) => Entry;
  },
): Connection<Entry> {
  const edges = page.entries.map((record) => ({
    cursor: encodeCursor(position(record)),
    node: toNode(record),
  }));
  const backwards = query.fromEnd === true;
  return {
    edges,
    pageInfo: {
      hasNextPage: backwards ? query.before !== undefined : page.hasMore,
      hasPreviousPage: backwards ? page.hasMore : query.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: page.totalCount,
  };
}

/** A page of a list that is in memory and does not change. Its cursors are places in the list. */
export function pageOfList<Record, Entry>(
  records: readonly Record[],
  { query, toNode }: { query: PageQuery; toNode: (record: Record) => Entry },
): Connection<Entry> {
  const from = query.after === undefined ? 0 : placeOf(query.after) + 1;
  const to = Math.min(
    records.length,
    query.before === undefined ? Infinity : placeOf(query.before),
  );
  const start = query.fromEnd === true ? Math.max(from, to - query.limit) : from;
  const end = query.fromEnd === true ? to : Math.min(to, from + query.limit);
  const edges = records.slice(start, end).map((record, index) => ({
    cursor: encodeCursor({ value: start + index, id: '' }),
    node: toNode(record),
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: end < records.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: records.length,
  };
}

function encodeCursor({ value, id }: Position): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

function decodeCursor(cursor: string): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) {
      const [value, id] = parsed as unknown[];
      const known = typeof value === 'number' || typeof value === 'string';
      if (known && typeof id === 'string') return { value, id };
    }
  } catch {
    throw notACursor(cursor);
  }
  throw notACursor(cursor);
}

function placeOf({ value }: Position): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw notACursor(String(value));
}

function notACursor(cursor: string): DomainError {
  return new DomainError(
    'BAD_USER_INPUT',
    `Expected a cursor from \`pageInfo\` or \`edges\`, received ${JSON.stringify(cursor)}. Leave it out to begin at the start`,
  );
}
