import type { LossSeries } from '../live/loss-series.js';
import { reduceRows } from '../live/reduce.js';

/** The part of a loss curve that is drawn, as uPlot wants it. */
export interface LossRows {
  readonly steps: readonly number[];
  readonly losses: readonly (number | null)[];
  readonly smoothed: readonly (number | null)[];
  /** Steps whose loss is not finite. */
  readonly nonFinite: readonly number[];
  /** Steps that a drawn point may stand for. */
  readonly bucketSize: number;
}

export interface LossWindow {
  readonly range: readonly [number, number];
  readonly maxBuckets: number;
  /** A logarithmic axis has no place for 0. */
  readonly log: boolean;
}

/** Chooses what to draw of a series between two steps. */
export function lossRows(series: LossSeries, { range, maxBuckets, log }: LossWindow): LossRows {
  const steps = series.column('steps');
  const losses = series.column('losses');
  const smoothed = series.column('smoothedLosses');
  // One row beyond each edge, so that the line runs on to it.
  const from = Math.max(0, series.indexOf(range[0]) - 1);
  const to = Math.min(series.length, series.indexOf(Math.floor(range[1]) + 1) + 1);
  const { rows, bucketSize } = reduceRows(steps, losses, { from, to, maxBuckets });
  const drawable = (value: number) =>
    Number.isFinite(value) && (!log || value > 0) ? value : null;
  const nonFinite: number[] = [];
  for (let row = from; row < to; row += 1) {
    if (!Number.isFinite(losses[row]!)) nonFinite.push(steps[row]!);
  }
  return {
    steps: rows.map((row) => steps[row]!),
    losses: rows.map((row) => drawable(losses[row]!)),
    smoothed: rows.map((row) => drawable(smoothed[row]!)),
    nonFinite,
    bucketSize,
  };
}
