import type { Predictions } from './predictions.js';

/** A split's logits and what they belong to. */
export interface SplitLogits {
  readonly vocab: readonly string[];
  /** Positions of the items in their dataset version. */
  readonly items: readonly number[];
  /** Class index of each label. */
  readonly actuals: readonly number[];
  /** One row of `vocab.length` logits an item. */
  readonly logits: Float32Array;
}

/**
 * Turns logits into predictions: softmax, cross-entropy, the most probable class (the first
 * among equals) and the label's rank of each item, in double precision. Logits that are NaN give losses that are NaN.
 */
export function predictionsFrom({ vocab, items, actuals, logits }: SplitLogits): Predictions {
  const classCount = vocab.length;
  if (items.length !== actuals.length || logits.length !== items.length * classCount) {
    throw new RangeError(
      `Expected ${items.length} items with as many labels and ${classCount} logits each, ` +
        `received ${actuals.length} labels and ${logits.length} logits`,
    );
  }
  const rows = actuals.map((actual, row) =>
    judge(logits.subarray(row * classCount, (row + 1) * classCount), actual),
  );
  return {
    vocab,
    items,
    actuals,
    predicted: rows.map(({ predicted }) => predicted),
    losses: rows.map(({ loss }) => loss),
    actualProbabilities: rows.map(({ actualProbability }) => actualProbability),
    predictedProbabilities: rows.map(({ predictedProbability }) => predictedProbability),
    ranks: rows.map(({ rank }) => rank),
  };
}

function judge(logits: Float32Array, actual: number) {
  let predicted = 0;
  for (let index = 1; index < logits.length; index += 1) {
    if (logits[index]! > logits[predicted]!) predicted = index;
  }
  // Taking the largest off first keeps exp() from overflowing.
  const largest = logits[predicted]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const loss = Math.log(sum) - (logits[actual]! - largest);
  return {
    predicted,
    loss,
    actualProbability: Math.exp(-loss),
    predictedProbability: 1 / sum,
    rank: predicted === actual ? 0 : rankOf(logits, actual),
  };
}

/** Classes that come before `actual`; one that is NaN always does. */
function rankOf(logits: Float32Array, actual: number): number {
  const own = logits[actual]!;
  return logits.reduce((rank, logit, index) => {
    const isBehind = own > logit || (own === logit && actual < index);
    return isBehind || index === actual ? rank : rank + 1;
  }, 0);
}
