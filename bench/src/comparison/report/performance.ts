import type { Unit } from '../row.js';
import type { Mean } from './figures.js';
import type { Machine } from './machine.js';

/** Every row's last measurement, as docs/performance.json has it. */
export interface Performance {
  /** Of most of the rows. */
  readonly machine: Machine;
  /** Of what computes on either side, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** When the last row was measured. */
  readonly date: string;
  readonly rows: readonly MeasuredRow[];
}

export interface MeasuredRow extends ComparedPeer {
  readonly id: string;
  readonly what: string;
  /** Median of the rounds, in `unit`, as `peer` is. */
  readonly ours: number;
  readonly unit: Unit;
  /** What it was measured on, where that is another machine than that of most rows. */
  readonly machine?: Machine;
  readonly rounds: number;
  readonly date: string;
  /** Which photos, which settings: what the figures depend on. */
  readonly notes: readonly string[];
  /** The same against another peer. */
  readonly second?: ComparedPeer;
  /** What the sides said beside their values, by name. */
  readonly parts?: readonly ComparedPart[];
}

/** A figure beside the value, over all rounds. */
export interface ComparedPart {
  readonly name: string;
  readonly ours: Mean | null;
  readonly peer: Mean | null;
  /** Ours less the first peer's, round by round; null where only one side has it. */
  readonly difference: Mean | null;
}

export interface ComparedPeer {
  readonly against: string;
  readonly peer: number;
  /** Peer by ours for time and memory, ours by peer for rates: ours is better by this. */
  readonly ratio: number;
  readonly spread: readonly [number, number];
  readonly bar: number | null;
  readonly stretch: number | null;
}

/**
 * Puts new rows in the place of old ones. Old rows stay only if they were measured with the same
 * versions; a ratio is of one machine, so rows of several may stand in one table, and say so.
 *
 * @param order the ids of all rows there are, as the table lists them
 */
export function mergePerformance(
  old: Performance | null,
  fresh: Performance,
  order: readonly string[],
): Performance {
  const isComparable = old !== null && agree(old.versions, fresh.versions);
  const kept = isComparable
    ? placedRows(old).filter(({ row }) => !fresh.rows.some(({ id }) => row.id === id))
    : [];
  const placed = [...kept, ...placedRows(fresh)].filter(({ row }) => order.includes(row.id));
  const machine = mostUsed(placed) ?? fresh.machine;
  const rows = placed
    .map(({ row, machine: own }) => (isSame(own, machine) ? row : { ...row, machine: own }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const versions = isComparable ? { ...old.versions, ...fresh.versions } : fresh.versions;
  return { ...fresh, machine, versions, rows };
}

interface PlacedRow {
  readonly row: MeasuredRow;
  readonly machine: Machine;
}

function placedRows({ machine: common, rows }: Performance): PlacedRow[] {
  return rows.map(({ machine = common, ...row }) => ({ row, machine }));
}

/** The newest among equals, as new rows come last. */
function mostUsed(placed: readonly PlacedRow[]): Machine | undefined {
  const count = (one: Machine) => placed.filter(({ machine }) => isSame(machine, one)).length;
  return placed
    .map(({ machine }) => machine)
    .reduce<Machine | undefined>(
      (best, one) => (best === undefined || count(one) >= count(best) ? one : best),
      undefined,
    );
}

function isSame(a: Machine, b: Machine): boolean {
  const facts = ({ cpu, cores, memoryGb, system, threads }: Machine) =>
    JSON.stringify([cpu, cores, memoryGb, system, threads]);
  return facts(a) === facts(b);
}

/** A row that has no peer in Python knows no version of PyTorch, which is no contradiction. */
function agree(
  old: Readonly<Record<string, string>>,
  fresh: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(fresh).every(([name, version]) => (old[name] ?? version) === version);
}
