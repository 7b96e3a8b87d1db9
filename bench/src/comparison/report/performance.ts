import type { Unit } from '../row.js';
import type { Mean } from './figures.js';
import type { Machine } from './machine.js';

/** Every row's last measurement, as docs/performance.json has it. */
export interface Performance {
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
 * Puts new rows in the place of old ones. Old rows stay only if they were measured on the same
 * machine with the same versions: others cannot stand in one table.
 *
 * @param order the ids of all rows there are, as the table lists them
 */
export function mergePerformance(
  old: Performance | null,
  fresh: Performance,
  order: readonly string[],
): Performance {
  const isComparable =
    old !== null && isSame(old.machine, fresh.machine) && agree(old.versions, fresh.versions);
  const kept = isComparable
    ? old.rows.filter(({ id }) => !fresh.rows.some((row) => row.id === id))
    : [];
  const rows = [...kept, ...fresh.rows]
    .filter(({ id }) => order.includes(id))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const versions = isComparable ? { ...old.versions, ...fresh.versions } : fresh.versions;
  return { ...fresh, versions, rows };
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
