import type { RulePick } from './suggest-rule.js';

/**
 * About half-way down the longest valley: the longest strictly falling subsequence of losses
 * (points may be skipped), the earliest among equals. fastai's default.
 */
export function valley(
  learningRates: readonly number[],
  losses: readonly number[],
): RulePick | null {
  if (losses.length === 0) return null;
  const { start, end } = longestValley(losses);
  const length = end - start;
  const index = start + Math.floor(length / 3) + Math.floor(length / 6);
  // Two falling points give -1, which is the last point in Python.
  const wrapped = (index + losses.length) % losses.length;
  return { learningRate: learningRates[wrapped]!, index: wrapped };
}

/** `start` is one before the first point, as in fastai: -1 for a curve that falls from its first point on. */
export function longestValley(losses: readonly number[]): { start: number; end: number } {
  const lengths = new Array<number>(losses.length).fill(1);
  let start = 0;
  let end = 0;
  for (let here = 1; here < losses.length; here += 1) {
    for (let before = 0; before < here; before += 1) {
      if (losses[here]! < losses[before]! && lengths[here]! < lengths[before]! + 1) {
        lengths[here] = lengths[before]! + 1;
      }
      if (lengths[end]! < lengths[here]!) {
        end = here;
        start = here - lengths[here]!;
      }
    }
  }
  return { start, end };
}
