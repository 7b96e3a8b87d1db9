import type { RulePick } from './suggest-rule.js';

/** Where the loss falls fastest against the logarithm of the rate; the first among equals. */
export function steep(
  learningRates: readonly number[],
  losses: readonly number[],
): RulePick | null {
  if (losses.length < 2) return null;
  const slopes = slopesByLogRate(learningRates, losses);
  const index = slopes.indexOf(Math.min(...slopes));
  return index < 0 ? null : { learningRate: learningRates[index]!, index };
}

/** One slope between every two neighbours. */
export function slopesByLogRate(
  learningRates: readonly number[],
  losses: readonly number[],
): number[] {
  return losses
    .slice(1)
    .map(
      (loss, index) =>
        (loss - losses[index]!) /
        (Math.log(learningRates[index + 1]!) - Math.log(learningRates[index]!)),
    );
}
