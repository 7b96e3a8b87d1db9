import { parseArgs } from 'node:util';
import type { Row } from './row.js';

export interface ComparisonOptions {
  /** Ids of the rows to measure; none for those of the quick or the full set. */
  readonly only: readonly string[];
  readonly isFull: boolean;
  /** Where figures go; the page goes beside it. */
  readonly json: string | null;
  readonly photos: string | null;
  /** A Python that has the peers' packages. */
  readonly python: string | null;
  /** In place of the rows' own numbers of rounds. */
  readonly rounds: number | null;
}

/** Reads what stands after `npm run bench --`. */
export function readOptions(args: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      json: { type: 'string' },
      photos: { type: 'string' },
      python: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const rounds = values.rounds === undefined ? null : Number(values.rounds);
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0))
    throw new Error(
      `Expected --rounds to be an integer of 1 or more, received ${values.rounds ?? ''}`,
    );
  return {
    only: values.only.flatMap((ids) => ids.split(',')).filter((id) => id !== ''),
    isFull: values.full,
    json: values.json ?? null,
    photos: values.photos ?? null,
    python: values.python ?? null,
    rounds,
  };
}

/** The rows to measure, in the order of the table. */
export function chooseRows<Chosen extends Pick<Row, 'id' | 'isQuick'>>(
  rows: readonly Chosen[],
  { only, isFull }: Pick<ComparisonOptions, 'only' | 'isFull'>,
): readonly Chosen[] {
  const unknown = only.filter((id) => !rows.some((row) => row.id === id));
  if (unknown.length > 0)
    throw new Error(
      `Expected rows out of ${rows.map(({ id }) => id).join(', ')}, received ${unknown.join(', ')}`,
    );
  if (only.length > 0) return rows.filter(({ id }) => only.includes(id));
  return rows.filter(({ isQuick = false }) => isFull || isQuick);
}
