import type { Page, PageQuery, Position } from '../store.js';
import type { SqliteDatabase } from './database.js';

/** Which rows to page through, in which order. Names of tables and columns come from our code alone. */
export interface Listing {
  readonly table: string;
  readonly column: string;
  readonly descending: boolean;
  readonly conditions: readonly string[];
  readonly parameters: readonly (string | number)[];
}

/** One page of a table by position, so that rows added meanwhile shift nothing. */
export function readPage<Entry>(
  database: SqliteDatabase,
  listing: Listing,
  { query, toEntry }: { query: PageQuery; toEntry: (row: unknown) => Entry },
): Page<Entry> {
  const { table, column, descending, conditions, parameters } = listing;
  const bounds: string[] = [];
  const boundParameters: (string | number)[] = [];
  const bound = (position: Position | undefined, operator: string) => {
    if (position === undefined) return;
    bounds.push(`(${column}, id) ${operator} (?, ?)`);
    boundParameters.push(position.value, position.id);
  };
  bound(query.after, descending ? '<' : '>');
  bound(query.before, descending ? '>' : '<');

  // The last page is the first of the opposite order, turned around.
  const reversed = query.fromEnd === true;
  const direction = descending !== reversed ? 'DESC' : 'ASC';
  const rows = database
    .prepare(
      `SELECT * FROM ${table} ${where([...conditions, ...bounds])}
       ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`,
    )
    .all(...parameters, ...boundParameters, query.limit + 1);
  const entries = rows.slice(0, query.limit).map(toEntry);
  return {
    entries: reversed ? entries.reverse() : entries,
    hasMore: rows.length > query.limit,
    totalCount: count(
      database,
      `SELECT count(*) AS count FROM ${table} ${where(conditions)}`,
      parameters,
    ),
  };
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function count(
  database: SqliteDatabase,
  statement: string,
  parameters: readonly (string | number)[],
): number {
  const row = database.prepare(statement).get(...parameters);
  return typeof row === 'object' && row !== null && 'count' in row ? Number(row.count) : 0;
}
