/** Sixty-four bits that look alike where pictures do, in two halves of 32. */
export interface Bits {
  readonly high: number;
  readonly low: number;
}

/** What a picture looks like, roughly. */
export interface Fingerprint extends Bits {
  /** The same of the picture in a mirror. */
  readonly mirrored: Bits;
}

/** How many bits of a 32-bit word are set: counted in pairs, fours, eights, and the eights added by one multiplication. */
export function countBits(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  count = (count + (count >>> 4)) & 0x0f0f0f0f;
  return Math.imul(count, 0x01010101) >>> 24;
}

/** In how many of the 64 bits two fingerprints differ. */
export function bitDistance(left: Bits, right: Bits): number {
  return countBits(left.high ^ right.high) + countBits(left.low ^ right.low);
}
