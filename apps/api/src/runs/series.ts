import type { BatchColumns } from './batch-columns.js';
import type { RunState } from './run-state.type.js';
import { smoothed } from './smoothing.js';

/** One quantity of a run over steps, as columns of equal length. */
export interface Points {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  readonly times: readonly number[];
  readonly phases: readonly number[];
  readonly values: readonly number[];
}

/** A series in buckets of `bucketSize` steps that start at multiples of it. */
export interface ReducedSeries {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  readonly times: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
  readonly last: readonly number[];
  readonly counts: readonly number[];
  readonly nonFinite: readonly number[];
  readonly bucketSize: number;
  readonly reduced: boolean;
}

export interface SeriesRange {
  /** Points of this phase alone. */
  readonly phase?: number | undefined;
  /** First step. */
  readonly from?: number | undefined;
  /** Last step. */
  readonly to?: number | undefined;
  readonly maxPoints: number;
  /** Weight of the average so far, 0 to below 1; on all points, before they are cut and reduced. */
  readonly smoothing: number;
}

/** Names of the series that a run has points for. */
export function seriesNames(columns: BatchColumns, { epochs }: RunState): string[] {
  const groups = columns.groupLearningRates.map((_rates, group) => `learningRate/${group}`);
  const byBatch = [
    'loss',
    'smoothedLoss',
    'learningRate',
    ...groups,
    'momentum',
    'imagesPerSecond',
  ];
  const metrics = new Set(epochs.flatMap((epoch) => epoch.metrics.map(({ name }) => name)));
  return [
    ...(columns.steps.length > 0 ? byBatch : []),
    ...(epochs.length > 0 ? ['trainLoss', 'validLoss', ...metrics] : []),
  ];
}

const knownName =
  /^(loss|smoothedLoss|learningRate(\/\d+)?|momentum|imagesPerSecond|trainLoss|validLoss|errorRate|accuracy)$/;

/** Whether a run may have a series of that name, now or later. */
export function isKnownSeries(name: string): boolean {
  return knownName.test(name);
}

/** The points of one series; undefined if a run has none of that name. */
export function pointsOf(
  name: string,
  { columns, state, batchSize }: { columns: BatchColumns; state: RunState; batchSize: number },
): Points | undefined {
  if (name === 'imagesPerSecond') return imagesPerSecond(columns, batchSize);
  const column = columnOf(name, columns);
  if (column !== undefined) {
    const { steps, epochs, times, phases } = columns;
    return { steps, epochs, times, phases, values: column };
  }
  if (!seriesNames(columns, state).includes(name)) return undefined;
  return epochPoints(name, state, columns);
}

/** Smooths, cuts and reduces a series to `maxPoints` buckets at most. */
export function reduceSeries(
  points: Points,
  { phase, from = 0, to = Infinity, maxPoints, smoothing }: SeriesRange,
): ReducedSeries {
  const values = smoothed(points.values, smoothing);
  const kept = [...points.steps.keys()].filter((index) => {
    const step = points.steps[index]!;
    return step >= from && step <= to && (phase === undefined || points.phases[index] === phase);
  });
  const bucketSize = bucketSizeFor(
    kept.map((index) => points.steps[index]!),
    maxPoints,
  );
  const buckets = new Buckets();
  for (const index of kept) {
    const step = points.steps[index]!;
    buckets.add(Math.floor(step / bucketSize), {
      step,
      epoch: points.epochs[index]!,
      time: points.times[index]!,
      value: values[index]!,
    });
  }
  return { ...buckets.columns(), bucketSize, reduced: bucketSize > 1 };
}

function columnOf(name: string, columns: BatchColumns): readonly number[] | undefined {
  const group = /^learningRate\/(\d+)$/.exec(name)?.[1];
  if (group !== undefined) return columns.groupLearningRates[Number(group)];
  switch (name) {
    case 'loss':
      return columns.losses;
    case 'smoothedLoss':
      return columns.smoothedLosses;
    case 'learningRate':
      return columns.learningRates;
    case 'momentum':
      return columns.momentums;
    default:
      return undefined;
  }
}

/** A batch’s pace is the time since the one before it, so the first of an epoch has none. */
function imagesPerSecond(columns: BatchColumns, batchSize: number): Points {
  const follows = [...columns.steps.keys()].filter(
    (index) =>
      index > 0 &&
      columns.epochs[index] === columns.epochs[index - 1] &&
      columns.times[index]! > columns.times[index - 1]!,
  );
  const pick = (column: readonly number[]) => follows.map((index) => column[index]!);
  return {
    steps: pick(columns.steps),
    epochs: pick(columns.epochs),
    times: pick(columns.times),
    phases: pick(columns.phases),
    values: follows.map(
      (index) => (batchSize * 1000) / (columns.times[index]! - columns.times[index - 1]!),
    ),
  };
}

function epochPoints(name: string, { epochs }: RunState, columns: BatchColumns): Points {
  const named = epochs.flatMap((epoch) => {
    const values = new Map([
      ['trainLoss', epoch.trainLoss],
      ['validLoss', epoch.validLoss],
      ...epoch.metrics.map((metric) => [metric.name, metric.value] as const),
    ]);
    const value = values.get(name);
    return value === undefined ? [] : [{ ...epoch, value }];
  });
  return {
    steps: named.map(({ step }) => step),
    epochs: named.map(({ epoch }) => epoch),
    times: named.map(({ step }) => columns.times[columns.indexOf(step)] ?? 0),
    phases: named.map(({ phase }) => phase),
    values: named.map(({ value }) => value),
  };
}

function bucketSizeFor(steps: readonly number[], maxPoints: number): number {
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? 0;
  if (steps.length <= maxPoints) return 1;
  let size = 2;
  while (Math.floor(last / size) - Math.floor(first / size) + 1 > maxPoints) size *= 2;
  return size;
}

interface Point {
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

/** Gathers points into buckets, in order. */
class Buckets {
  readonly #steps: number[] = [];
  readonly #epochs: number[] = [];
  readonly #times: number[] = [];
  readonly #min: number[] = [];
  readonly #max: number[] = [];
  readonly #sums: number[] = [];
  readonly #last: number[] = [];
  readonly #counts: number[] = [];
  readonly #nonFinite: number[] = [];
  #bucket = -1;

  add(bucket: number, { step, epoch, time, value }: Point): void {
    if (bucket !== this.#bucket) this.#open(bucket, { step, epoch, time, value });
    const at = this.#steps.length - 1;
    if (!Number.isFinite(value)) {
      this.#nonFinite[at]! += 1;
      if (this.#counts[at] === 0) this.#last[at] = value;
      return;
    }
    const first = this.#counts[at] === 0;
    this.#min[at] = first ? value : Math.min(this.#min[at]!, value);
    this.#max[at] = first ? value : Math.max(this.#max[at]!, value);
    this.#sums[at]! += value;
    this.#last[at] = value;
    this.#counts[at]! += 1;
  }

  columns() {
    return {
      steps: this.#steps,
      epochs: this.#epochs,
      times: this.#times,
      min: this.#min,
      max: this.#max,
      mean: this.#sums.map((sum, at) => sum / this.#counts[at]!),
      last: this.#last,
      counts: this.#counts,
      nonFinite: this.#nonFinite,
    };
  }

  #open(bucket: number, { step, epoch, time }: Point): void {
    this.#bucket = bucket;
    this.#steps.push(step);
    this.#epochs.push(epoch);
    this.#times.push(time);
    this.#min.push(Number.NaN);
    this.#max.push(Number.NaN);
    this.#sums.push(0);
    this.#last.push(Number.NaN);
    this.#counts.push(0);
    this.#nonFinite.push(0);
  }
}
