import { InvalidOptionError } from '../errors.js';
import { sumOf } from './class-totals.js';
import type { Metric } from './metric.js';

/**
 * The share of items whose label is among the `k` most probable classes. Reported as `top5Accuracy`
 * for the usual 5; a model with fewer than `k` classes is refused, as fastai does.
 */
export function topKAccuracy(k = 5): Metric {
  if (!Number.isInteger(k) || k < 1)
    throw new InvalidOptionError('k', k, 'an integer of 1 or more');
  return {
    name: `top${k}Accuracy`,
    higherIsBetter: true,
    compute({ vocab, ranks }) {
      if (k > vocab.length)
        throw new InvalidOptionError('k', k, `at most the number of classes (${vocab.length})`);
      if (ranks === undefined)
        throw new InvalidOptionError(
          'predictions',
          'none',
          'predictions with `ranks`, which early versions did not store',
        );
      return sumOf(ranks, (rank) => Number(rank < k)) / ranks.length;
    },
  };
}
