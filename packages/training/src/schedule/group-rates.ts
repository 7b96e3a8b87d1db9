import { exponential } from './annealing.js';

/** Which peak rate each layer group gets. Groups are ordered input side first, head last. */
export type GroupRates =
  /** One rate for every group. */
  | { readonly kind: 'rate'; readonly rate: number }
  /** fastai's `slice(max)`: `max` for the head, a tenth of it for every other group. */
  | { readonly kind: 'slice'; readonly max: number }
  /** fastai's `slice(min, max)`: from `min` to `max` in equal ratios; one group gets `max`. */
  | { readonly kind: 'range'; readonly min: number; readonly max: number };

/** How much slower than the head the body learns under `slice`. */
const SLICE_DIVISOR = 10;

/** Spreads a rate specification over `groupCount` layer groups. */
export function groupRates(rates: GroupRates, groupCount: number): number[] {
  return Array.from({ length: groupCount }, (_, group) => {
    const isHead = group === groupCount - 1;
    switch (rates.kind) {
      case 'rate':
        return rates.rate;
      case 'slice':
        return isHead ? rates.max : rates.max / SLICE_DIVISOR;
      case 'range':
        return isHead ? rates.max : exponential(rates.min, rates.max)(group / (groupCount - 1));
    }
  });
}
