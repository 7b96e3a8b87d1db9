/**
 * Random numbers as a function of what they are for. Nothing has a position, so there is nothing to
 * save, and drawing more or fewer numbers in one place changes none in another.
 *
 * The generator is Philox-4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", 2011). Its key is (seed, hash of the purpose), its counter (block, item low, item
 * high, epoch). This layout is final: a change would change every run ever made.
 */
export interface Draw {
  /** The run's (or split's) seed; its low 32 bits count. */
  readonly seed: number;
  /** What the numbers are for, such as `split` or `dropout`. Purposes never influence each other. */
  readonly purpose: string;
  /** @default 0 */
  readonly epoch?: number;
  /** The item, step or batch that the numbers belong to, below 2^53. @default 0 */
  readonly item?: number;
}

const ROUNDS = 10;
const TWO_32 = 2 ** 32;

/** A generator of numbers in [0, 1) with 53 random bits each. */
export function uniforms(at: Draw): () => number {
  const words = new Uint32Array(4);
  const next = blocks(at);
  let used = words.length;
  return () => {
    if (used === words.length) {
      next(words);
      used = 0;
    }
    const high = words[used]! >>> 5;
    const low = words[used + 1]! >>> 6;
    used += 2;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** Fills `out` with numbers in [0, 1) with 24 random bits each, as many as a float32 can hold. */
export function fillUniforms(out: Float32Array, at: Draw): void {
  const words = new Uint32Array(4);
  const next = blocks(at);
  for (let index = 0; index < out.length; index += 4) {
    next(words);
    const count = Math.min(4, out.length - index);
    for (let lane = 0; lane < count; lane += 1) {
      out[index + lane] = (words[lane]! >>> 8) / 2 ** 24;
    }
  }
}

/** The first number that `uniforms` gives at this place. */
export const uniform = (at: Draw): number => uniforms(at)();

/** The numbers 0 to `count - 1` in a random order: by a draw for each, equal draws by the lower. */
export function permutation(count: number, at: Omit<Draw, 'item'>): Uint32Array {
  const draws = Float64Array.from({ length: count }, (_, item) => uniform({ ...at, item }));
  return Uint32Array.from(draws.keys()).sort(
    (left, right) => draws[left]! - draws[right]! || left - right,
  );
}

/** The item number of a content hash or path, so that equal texts have equal draws: FNV-1a, 53 bits. */
export function itemNumber(text: string): number {
  const { high, low } = fnv1a64(text);
  return (high & 0x1f_ffff) * TWO_32 + low;
}

/** 32-bit FNV-1a of a text's UTF-8 bytes. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** 64-bit FNV-1a of a text's UTF-8 bytes, in two halves. */
export function fnv1a64(text: string): { readonly high: number; readonly low: number } {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of Buffer.from(text)) {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3; no term below reaches 2^53.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + ((low << 8) >>> 0) + Math.floor(product / TWO_32)) % TWO_32;
    low = product % TWO_32;
  }
  return { high, low };
}

/** Writes one block after the other of the place `at`. */
function blocks({ seed, purpose, epoch = 0, item = 0 }: Draw): (out: Uint32Array) => void {
  const key = Uint32Array.of(seed, fnv1a32(purpose));
  const counter = Uint32Array.of(0, item, Math.floor(item / TWO_32), epoch);
  return (out) => {
    philox(counter, key, out);
    counter[0]! += 1;
  };
}

/** Philox-4x32-10: four random words for a counter of four words under a key of two. */
export function philox(counter: Uint32Array, key: Uint32Array, out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter as unknown as [number, number, number, number];
  let [k0, k1] = key as unknown as [number, number];
  for (let round = 0; round < ROUNDS; round += 1) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(left: number, right: number): number {
  const leftHigh = left >>> 16;
  const leftLow = left & 0xffff;
  const rightHigh = right >>> 16;
  const rightLow = right & 0xffff;
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const carry = leftLow * rightHigh + (middle & 0xffff);
  return leftHigh * rightHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}
