import { InvalidOptionError, TrainingError } from '../../errors.js';
import { type GrandparentOptions, grandparentSplit } from '../labels/labellers.js';
import type { Split } from './split.js';
import { type Splitter, toKeyed } from './splitters.js';

/** An item is below neither of the folders that make the split. */
export class NotInASplitError extends TrainingError {
  override readonly name = 'NotInASplitError';
  readonly code = 'NOT_IN_A_SPLIT';
  readonly item: string;

  constructor(item: string, { train = 'train', valid = 'valid' }: GrandparentOptions) {
    super(
      `Expected every item in \`${train}/<class>/\` or \`${valid}/<class>/\`, received ${item}. ` +
        'Move it or take it out, or split at random',
    );
    this.item = item;
  }
}

/** A split that was given has no item on one side. */
export class EmptySplitError extends TrainingError {
  override readonly name = 'EmptySplitError';
  readonly code = 'TOO_FEW_ITEMS';
  readonly split: Split;

  constructor(split: Split, itemCount: number) {
    super(
      `Expected items on both sides of the split, received ${itemCount} of which none is for ` +
        `${split}. Add images to that side, or split at random`,
    );
    this.split = split;
  }
}

/** Splits as the folders above the labels say: `train/cat/1.jpg`, `valid/cat/2.jpg`. */
export function grandparentSplitter(options: GrandparentOptions = {}): Splitter {
  return (items) =>
    withBothSides(
      items.map((item) => {
        const { path, key } = toKeyed(item);
        const split = grandparentSplit(path ?? key, options);
        if (split === null) throw new NotInASplitError(path ?? key, options);
        return split;
      }),
    );
}

/** Sends the items at these positions (from 0) to validation, all others to training. */
export function indexSplitter(validIndexes: readonly number[]): Splitter {
  const valid = new Set(validIndexes);
  return (items) => {
    for (const index of valid) {
      if (Number.isInteger(index) && index >= 0 && index < items.length) continue;
      const expected = `positions from 0 to ${items.length - 1}, one for each valid item`;
      throw new InvalidOptionError('validIndexes', index, expected);
    }
    return withBothSides(items.map((_, index): Split => (valid.has(index) ? 'valid' : 'train')));
  };
}

function withBothSides(splits: Split[]): Split[] {
  for (const side of ['train', 'valid'] as const)
    if (!splits.includes(side)) throw new EmptySplitError(side, splits.length);
  return splits;
}
