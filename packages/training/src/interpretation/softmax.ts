export interface Softmax {
  /** Each logit's share: its exponential, divided by the sum of all. They add up to 1. */
  readonly probabilities: readonly number[];
  /** ln of each probability, exact where the probability itself is too small for a number. */
  readonly logProbabilities: readonly number[];
}

/** Turns logits into probabilities, exact also where exponentials are too large or too small for a number. */
export function softmax(logits: readonly number[]): Softmax {
  // Taking the largest off first changes no share and keeps exp() from overflowing.
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return {
    probabilities: exponentials.map((value) => value / sum),
    logProbabilities: logits.map((logit) => logit - largest - Math.log(sum)),
  };
}
