import type { RulePick } from './suggest-rule.js';

/** Points between the two slopes that are compared. */
const WINDOW = 15;
/** Slopes that differ by no more than this count as equal. */
const THRESHOLD = 0.005;

/**
 * The last rate before the loss runs away: a window slides down from the end of the curve until
 * the slopes at its two ends are equal, and its lower end is the answer.
 */
export function slide(
  learningRates: readonly number[],
  losses: readonly number[],
): RulePick | null {
  const slopes = gradient(losses);
  let index = losses.length - 1 - WINDOW;
  if (index < 0) return null;
  for (let lower = index; lower >= 0; lower -= 1) {
    if (!(Math.abs(slopes[lower + WINDOW]! - slopes[lower]!) > THRESHOLD)) break;
    index = lower;
  }
  return { learningRate: learningRates[index]!, index };
}

/** Numerical gradient with unit spacing: central differences inside, one-sided at both ends. */
function gradient(values: readonly number[]): number[] {
  const last = values.length - 1;
  return values.map((_, index) => {
    const left = Math.max(0, index - 1);
    const right = Math.min(last, index + 1);
    return (values[right]! - values[left]!) / (right - left);
  });
}
