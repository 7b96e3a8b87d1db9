/**
 * A number from 0 to 1 by the symmetric beta distribution: near 0 and 1 for a small `alpha`, near
 * one half for a large one. `random` gives as many uniform numbers as it takes.
 */
export function symmetricBeta(alpha: number, random: () => number): number {
  // In logarithms, because for a small alpha both gamma draws may be too small for a number.
  const left = logGamma(alpha, random);
  const right = logGamma(alpha, random);
  return 1 / (1 + Math.exp(right - left));
}

/** The logarithm of a gamma draw (Marsaglia and Tsang, 2000), with their step up for small shapes. */
function logGamma(shape: number, random: () => number): number {
  const d = shape + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const boost = Math.log(1 - random()) / shape;
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v))
      return Math.log(d * v) + boost;
  }
}

/** A standard normal draw (Box and Muller, 1958). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
