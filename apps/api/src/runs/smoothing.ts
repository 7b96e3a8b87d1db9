/**
 * TensorBoard’s smoothing: an exponential moving average that is corrected for having begun at 0.
 * A value that is not finite passes as it is and leaves the average alone.
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (weight === 0) return [...values];
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = average * weight + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}
