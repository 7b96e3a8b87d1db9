/** A stretch of a curve, thin enough to draw: the lowest and highest value of each bucket, in order. */
export interface Reduced {
  /** Rows of the original that are drawn. */
  readonly rows: readonly number[];
  /** Steps that a bucket covers: a power of two; 1 where every row is drawn. */
  readonly bucketSize: number;
}

export interface ReduceOptions {
  /** First row. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
  readonly maxBuckets: number;
}

/**
 * Chooses rows to draw. Buckets cover a power of two of steps and start at multiples of it, so
 * points do not move as a curve grows; each keeps its lowest, its highest and its last finite value.
 */
export function reduceRows(
  steps: Float64Array,
  values: Float64Array,
  { from, to, maxBuckets }: ReduceOptions,
): Reduced {
  const span = to > from ? steps[to - 1]! - steps[from]! + 1 : 0;
  let bucketSize = 1;
  while (span / bucketSize > maxBuckets) bucketSize *= 2;
  if (bucketSize === 1) {
    return {
      rows: Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at),
      bucketSize,
    };
  }
  const rows: number[] = [];
  for (let start = from; start < to;) {
    const bucket = Math.floor(steps[start]! / bucketSize);
    let end = start + 1;
    while (end < to && Math.floor(steps[end]! / bucketSize) === bucket) end += 1;
    rows.push(...extremes(values, start, end));
    start = end;
  }
  return { rows, bucketSize };
}

/** Rows of the lowest, the highest and the last finite value, rising, each once. */
function extremes(values: Float64Array, from: number, to: number): number[] {
  let low = -1;
  let high = -1;
  let last = -1;
  for (let row = from; row < to; row += 1) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    if (low < 0 || value < values[low]!) low = row;
    if (high < 0 || value > values[high]!) high = row;
    last = row;
  }
  return last < 0 ? [to - 1] : [...new Set([low, high, last])].sort((a, b) => a - b);
}
