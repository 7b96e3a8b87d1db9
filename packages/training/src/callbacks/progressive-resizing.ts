import type { Loaders } from '../data/batch.js';
import { InvalidOptionError } from '../errors.js';
import type { Callback } from '../learner/callback.js';

/** An image size, and the first epoch that is trained with it. */
export interface SizeFromEpoch {
  readonly epoch: number;
  readonly size: number;
}

export interface ProgressiveResizingOptions {
  /** Sizes by rising epoch. Before the first one, the learner's own loaders stay in use. */
  readonly sizes: readonly SizeFromEpoch[];
  /** Makes train and valid loaders for a size; asked once at each change. */
  readonly loadersFor: (size: number) => Loaders;
}

/**
 * Trains on small images first and on larger ones later (chapter 7 of the fast.ai book): most of the
 * learning for little of the time. Epochs count over all fits of a learner, so there is nothing to
 * remember: a resumed fit finds its size by its epoch. The last loaders stay the learner's.
 */
export function progressiveResizing({ sizes, loadersFor }: ProgressiveResizingOptions): Callback {
  for (const [index, { epoch }] of sizes.entries()) {
    const earliest = (sizes[index - 1]?.epoch ?? -1) + 1;
    if (!Number.isInteger(epoch) || epoch < earliest)
      throw new InvalidOptionError(
        `sizes[${index}].epoch`,
        epoch,
        `an integer of ${earliest} or more`,
      );
  }
  let current: SizeFromEpoch | undefined;

  return {
    name: 'progressive-resizing',

    beforeEpoch(epoch) {
      const wanted = sizes.findLast((size) => size.epoch <= epoch);
      if (wanted === undefined || wanted === current) return undefined;
      current = wanted;
      return loadersFor(wanted.size);
    },
  };
}
