import type { BatchSource } from '../data/batch.js';
import { InvalidOptionError } from '../errors.js';
import type { Predictions } from '../interpretation/predictions.js';
import { predictionsFrom } from '../interpretation/predictions-from.js';
import type { Learner } from './learner.js';
import { type Logits, predictLogits } from './predict-logits.js';

export interface PredictWithAugmentationOptions {
  /** Times that augmented images are looked at. @default 4 */
  readonly passes?: number;
  /** Weight of the plain images, from 0 to 1; the augmented ones share the rest. @default 0.25 */
  readonly plainShare?: number;
  /** The plain images. @default the learner's valid split */
  readonly plain?: BatchSource;
  /**
   * Gives the augmented images of pass 0, 1 and so on, of which the epoch of that number is read; it
   * must hold the plain items, in any order. @default the loaders' `augmentedValid`
   */
  readonly augmented?: (pass: number) => BatchSource;
}

/**
 * Test-time augmentation as fastai's `tta` does it: predicts every item plain and `passes` times
 * augmented, and takes the weighted mean of the probabilities. Often a little better, for
 * `passes + 1` times the work.
 *
 * @throws InvalidOptionError where the loaders have no augmented images and none are given.
 */
export async function predictWithAugmentation(
  learner: Learner,
  {
    passes = 4,
    plainShare = 0.25,
    plain = learner.loaders.valid,
    augmented = () => augmentedValidOf(learner),
  }: PredictWithAugmentationOptions = {},
): Promise<Predictions> {
  if (!Number.isInteger(passes) || passes < 1)
    throw new InvalidOptionError('passes', passes, 'an integer of 1 or more');
  if (!(plainShare >= 0 && plainShare <= 1))
    throw new InvalidOptionError('plainShare', plainShare, 'a number from 0 to 1');

  const { vocab } = learner.loaders;
  const { items, actuals, logits } = await predictLogits(learner.model, plain);
  const means = softmaxRows(logits, vocab.length).map((probability) => plainShare * probability);
  for (let pass = 0; pass < passes; pass += 1) {
    const seen = await predictLogits(learner.model, augmented(pass), pass);
    const probabilities = softmaxRows(seen.logits, vocab.length);
    for (const [row, seenRow] of rowsOf(items, seen).entries()) {
      for (let index = 0; index < vocab.length; index += 1) {
        means[row * vocab.length + index]! +=
          ((1 - plainShare) / passes) * probabilities[seenRow * vocab.length + index]!;
      }
    }
  }
  // The softmax of a logarithm is the probability itself.
  return predictionsFrom({ vocab, items, actuals, logits: Float32Array.from(means, Math.log) });
}

function augmentedValidOf({ loaders: { augmentedValid } }: Learner): BatchSource {
  if (augmentedValid === undefined)
    throw new InvalidOptionError(
      'augmented',
      'none, for loaders without `augmentedValid`',
      'given, or loaders of `dataBlock` or `imageLoaders`',
    );
  return augmentedValid;
}

/** Where each of `items` is among those that were seen. */
function rowsOf(items: readonly number[], seen: Logits): number[] {
  const rows = new Map(seen.items.map((item, row) => [item, row]));
  return items.map((item) => {
    const row = rows.get(item);
    if (row === undefined)
      throw new InvalidOptionError(
        'augmented',
        `a source of ${seen.items.length} items without item ${item}`,
        'a source of the same items as the plain one (without `dropLast`)',
      );
    return row;
  });
}

/** The softmax of every row, in double precision. */
function softmaxRows(logits: Float32Array, classCount: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    const row = logits.subarray(start, start + classCount);
    // Taking the largest off first keeps exp() from overflowing.
    const largest = row.reduce((left, right) => Math.max(left, right), -Infinity);
    const powers = Float64Array.from(row, (logit) => Math.exp(logit - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    probabilities.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return probabilities;
}
