import type { RulePick } from './suggest-rule.js';

/** How far below the rate of the lowest loss it is safe to train (the book's rule of thumb). */
const SAFETY_DIVISOR = 10;

/** A tenth of the rate at the lowest loss; marks the lowest loss itself, the first among equals. */
export function minimum(
  learningRates: readonly number[],
  losses: readonly number[],
): RulePick | null {
  if (losses.length === 0) return null;
  const index = losses.indexOf(Math.min(...losses));
  return { learningRate: learningRates[index]! / SAFETY_DIVISOR, index };
}
