import type { Unit } from '../row.js';

/** How much better ours is, and between which ratios its rounds lie. */
export interface Ratio {
  /** Of the medians. */
  readonly ratio: number;
  /** The lowest and the highest ratio of a round. */
  readonly spread: readonly [number, number];
}

/** Compares what both sides took, round by round. More than 1 means that ours is better. */
export function compare(unit: Unit, ours: readonly number[], peer: readonly number[]): Ratio {
  if (ours.length === 0 || ours.length !== peer.length)
    throw new Error(
      `Expected as many rounds on both sides, received ${ours.length} and ${peer.length}`,
    );
  const better = (mine: number, theirs: number) =>
    rounded(isRate(unit) ? mine / theirs : theirs / mine);
  const byRound = ours.map((value, round) => better(value, peer[round]!));
  return {
    ratio: better(median(ours), median(peer)),
    spread: [Math.min(...byRound), Math.max(...byRound)],
  };
}

/** A mean, and how far it may be from that of ever more rounds. */
export interface Mean {
  readonly mean: number;
  /** Null for a single value. */
  readonly standardError: number | null;
}

/** Mean with its standard error, by the sample's standard deviation. */
export function meanOf(values: readonly number[]): Mean {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = count > 1 ? rounded(Math.sqrt(squares / (count - 1) / count)) : null;
  return { mean: rounded(mean), standardError };
}

/** The middle of the values, or halfway between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** To four digits: more would only be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(4));

const isRate = (unit: Unit): boolean => unit === 'images/s';
