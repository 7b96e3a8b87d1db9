import { type Bits, countBits, type Fingerprint } from './fingerprint.js';

const BITS = 64;

export interface NearPairsOptions {
  /** Most bits that may differ. */
  readonly maxDistance: number;
  /** Whether a picture and its mirror image are a pair, too. */
  readonly mirrored: boolean;
}

/**
 * Calls `onPair` with the positions of fingerprints that differ in few bits, the lower position
 * first. A pair may come twice; of equal fingerprints only the first is paired with all others, so
 * that many copies stay cheap.
 *
 * Cut into one band more than bits may differ, near fingerprints have a band in common, so only
 * those that share a band are compared.
 */
export function eachNearPair(
  fingerprints: readonly Fingerprint[],
  { maxDistance, mirrored }: NearPairsOptions,
  onPair: (left: number, right: number) => void,
): void {
  const known = new Map<string, number>();
  const bands = bandsOf(maxDistance + 1);
  const buckets = bands.map(() => new Map<number, number[]>());
  const highs = Int32Array.from(fingerprints, ({ high }) => high);
  const lows = Int32Array.from(fingerprints, ({ low }) => low);
  const lookUp = (bits: Bits, index: number) => {
    const { high, low } = bits;
    for (const [place, band] of bands.entries()) {
      for (const other of buckets[place]!.get(band(bits)) ?? []) {
        const distance = countBits(high ^ highs[other]!) + countBits(low ^ lows[other]!);
        if (distance <= maxDistance) onPair(other, index);
      }
    }
  };
  for (const [index, fingerprint] of fingerprints.entries()) {
    const { high, low } = fingerprint;
    const key = `${high} ${low}`;
    const same = known.get(key);
    if (same !== undefined) onPair(same, index);
    if (mirrored) lookUp(fingerprint.mirrored, index);
    if (same !== undefined) continue;
    lookUp(fingerprint, index);
    known.set(key, index);
    for (const [place, band] of bands.entries()) {
      const value = band(fingerprint);
      const bucket = buckets[place]!.get(value);
      if (bucket === undefined) buckets[place]!.set(value, [index]);
      else bucket.push(index);
    }
  }
}

/** Functions that cut `count` bands out of 64 bits, as equal as can be; together they have every bit. */
function bandsOf(count: number): ((bits: Bits) => number)[] {
  return Array.from({ length: count }, (_, band) => {
    const start = Math.floor((band * BITS) / count);
    const end = Math.floor(((band + 1) * BITS) / count);
    const lowMask = maskOf(Math.min(start, 32), Math.min(end, 32));
    const highMask = maskOf(Math.max(start, 32) - 32, Math.max(end, 32) - 32);
    return ({ high, low }) => ((high & highMask) >>> 0) * 2 ** 32 + ((low & lowMask) >>> 0);
  });
}

/** Ones from bit `start` up to, not including, bit `end`, both from 0 to 32. */
function maskOf(start: number, end: number): number {
  return (2 ** end - 2 ** start) | 0;
}
