import type { FinderCurve, Suggestion } from '../live/finder-curve.js';

/** A finder tries 100 rates unless it was told otherwise, and may end early. */
const USUAL_STEPS = 100;
const SKIP_SHARE = 0.1;
const SKIP_END = 5;

/** First and last point, both exclusive of none, that the rules read. */
export interface ReadablePart {
  readonly from: number;
  /** Point after the last. */
  readonly to: number;
}

/** Rules leave out the first tenth of the steps, where the average starts up, and the last five points, where the loss runs away. */
export function readablePart(curve: FinderCurve): ReadablePart {
  const steps =
    curve.verdict?.stoppedBecause === 'COMPLETED'
      ? curve.length
      : Math.max(curve.length, USUAL_STEPS);
  const from = Math.min(curve.length, Math.floor(steps * SKIP_SHARE));
  const to = curve.verdict === null ? curve.length : Math.max(from, curve.length - SKIP_END);
  return { from, to };
}

/** A suggestion that has a place on the curve. */
export interface MarkedSuggestion {
  readonly method: Suggestion['method'];
  readonly learningRate: number;
  readonly loss: number;
}

/** Where each suggestion lies: at its rate, on the smoothed curve. */
export function markedSuggestions(curve: FinderCurve): MarkedSuggestion[] {
  const rates = curve.column('learningRates');
  const losses = curve.column('smoothedLosses');
  return (curve.verdict?.suggestions ?? []).flatMap(({ method, learningRate }) => {
    if (learningRate === null) return [];
    const next = rates.findIndex((rate) => rate >= learningRate);
    const loss = next < 0 ? undefined : losses[next];
    return loss === undefined ? [] : [{ method, learningRate, loss }];
  });
}

/** The stretch of losses worth showing: a loss that runs away does not set the scale. */
export function finderLossRange(curve: FinderCurve): readonly [number, number] | null {
  const { from, to } = readablePart(curve);
  const read = [...curve.column('smoothedLosses').subarray(from, to)].filter(Number.isFinite);
  if (read.length === 0) return null;
  const low = Math.min(...read);
  const start = read[0]!;
  const high = Math.min(Math.max(...read), Math.max(start * 1.6, low * 2));
  return [low, Math.max(high, start)];
}
