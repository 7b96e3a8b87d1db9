import { describe, expect, it } from 'vitest';
import { reduceRows } from './reduce.js';

const steps = (count: number) => Float64Array.from({ length: count }, (_, step) => step);

describe('reduceRows', () => {
  it('draws every row where there is room', () => {
    const rows = reduceRows(steps(54), steps(54), { from: 0, to: 54, maxBuckets: 200 });
    expect(rows).toEqual({ rows: [...steps(54)], bucketSize: 1 });
  });

  it('takes buckets of a power of two', () => {
    const { bucketSize } = reduceRows(steps(1000), steps(1000), {
      from: 0,
      to: 1000,
      maxBuckets: 200,
    });
    // 1000 steps in 200 buckets need 5 a bucket: the next power of two is 8.
    expect(bucketSize).toBe(8);
  });

  it('keeps the lowest, the highest and the last value of each bucket', () => {
    const values = Float64Array.of(5, 1, 9, 4, 4, 4, 4, 0);
    const { rows } = reduceRows(steps(8), values, { from: 0, to: 8, maxBuckets: 2 });
    expect(rows).toEqual([1, 2, 3, 4, 7]);
  });

  it('does not move points as the curve grows', () => {
    const values = Float64Array.from({ length: 4000 }, (_, step) => Math.sin(step * step));
    const rowsOf = (count: number) =>
      reduceRows(steps(count), values.subarray(0, count), { from: 0, to: count, maxBuckets: 500 })
        .rows;
    const before = rowsOf(3200);
    const after = rowsOf(3300);
    // Everything but the bucket that was still open stays as it was.
    const closed = before.filter((row) => row < 3200 - (3200 % 8));
    expect(after.slice(0, closed.length)).toEqual(closed);
  });

  it('leaves values that are not finite out of a bucket, unless it has no other', () => {
    const values = Float64Array.of(NaN, 3, Infinity, NaN);
    expect(reduceRows(steps(4), values, { from: 0, to: 4, maxBuckets: 2 }).rows).toEqual([1, 3]);
  });

  it('has nothing to draw of an empty curve', () => {
    const empty = new Float64Array();
    expect(reduceRows(empty, empty, { from: 0, to: 0, maxBuckets: 10 }).rows).toEqual([]);
  });
});
