import { InvalidOptionError } from '../errors.js';

/** Maps progress, from 0 to 1, to one value. */
export type Annealing = (progress: number) => number;

/** A straight line from `start` to `end`. */
export const linear =
  (start: number, end: number): Annealing =>
  (progress) =>
    start + progress * (end - start);

/** Half a cosine from `start` to `end`: slow, fast, slow. */
export const cosine =
  (start: number, end: number): Annealing =>
  (progress) =>
    start + ((1 + Math.cos(Math.PI * (1 - progress))) * (end - start)) / 2;

/** Equal ratios from `start` to `end`, both above 0. */
export const exponential =
  (start: number, end: number): Annealing =>
  (progress) =>
    start * (end / start) ** progress;

/** Always `value`. */
export const constant =
  (value: number): Annealing =>
  () =>
    value;

/** An annealing and the share of all progress that it covers. */
export type Segment = readonly [share: number, annealing: Annealing];

/** Runs one annealing after the other, each from its own 0 to its own 1. The shares add up to 1. */
export function combine(segments: readonly Segment[]): Annealing {
  const shares = segments.map(([share]) => share);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.some((share) => !(share >= 0)) || Math.abs(total - 1) > 1e-9) {
    throw new InvalidOptionError('shares', shares.join(', '), 'numbers from 0 that add up to 1');
  }
  const starts = shares.map((_, index) =>
    shares.slice(0, index).reduce((sum, share) => sum + share, 0),
  );
  return (progress) => {
    const index = starts.findLastIndex((start) => progress >= start);
    const [share, annealing] = segments[Math.max(index, 0)]!;
    return annealing(
      share === 0 ? 1 : Math.min(1, (progress - starts[Math.max(index, 0)]!) / share),
    );
  };
}
