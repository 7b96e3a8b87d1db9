import type { FeatureFile } from './feature-file.js';

/** Where a row lies. */
export interface Place {
  readonly file: FeatureFile;
  readonly row: number;
}

const HASH_BYTES = 32;
const KEY_BYTES = HASH_BYTES + 4;
const FIRST_CAPACITY = 1024;
/** Slots for each row there is room for; half of them stay empty, so that a free one is near. Powers of 2 both. */
const SLOTS_A_ROW = 2;
const NO_ROW = 0;
/** 2^32 over the golden ratio: spreads neighbouring numbers. */
const SPREAD = 0x9e3779b1;

/**
 * Finds rows by `<hash>/<view>`, in 52 bytes each where it is full, where a Map of strings takes 230:
 * 100,000 images have half a million rows. A hash table with open addresses, in typed arrays.
 */
export class RowIndex {
  #capacity = FIRST_CAPACITY;
  #keys = Buffer.alloc(FIRST_CAPACITY * KEY_BYTES);
  #fileNumbers = new Uint32Array(FIRST_CAPACITY);
  #rows = new Uint32Array(FIRST_CAPACITY);
  /** For each slot, one more than the number of its entry. */
  #slots = new Uint32Array(FIRST_CAPACITY * SLOTS_A_ROW);
  #count = 0;
  /** Null for files that have vanished, and their rows with them. */
  readonly #files: (FeatureFile | null)[] = [];
  readonly #key = Buffer.alloc(KEY_BYTES);

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get(key: string): Place | undefined {
    this.#readKey(key);
    const entry = this.#slots[this.#slotOf(this.#key)]!;
    if (entry === NO_ROW) return undefined;
    const file = this.#files[this.#fileNumbers[entry - 1]!];
    return file ? { file, row: this.#rows[entry - 1]! } : undefined;
  }

  /** Takes in the rows of a file: `keys[row]` says which each is. */
  add({ path, offset }: FeatureFile, keys: readonly string[]): void {
    // Anything else that comes with it would be kept as long.
    const fileNumber = this.#files.push({ path, offset }) - 1;
    for (const [row, key] of keys.entries()) {
      if (this.#count === this.#capacity) this.#grow();
      this.#readKey(key);
      const slot = this.#slotOf(this.#key);
      if (this.#slots[slot] === NO_ROW) {
        this.#key.copy(this.#keys, this.#count * KEY_BYTES);
        this.#count += 1;
        this.#slots[slot] = this.#count;
      }
      const entry = this.#slots[slot]! - 1;
      this.#fileNumbers[entry] = fileNumber;
      this.#rows[entry] = row;
    }
  }

  /** Forgets the rows of a file, which `get` gave. */
  forget(file: FeatureFile): void {
    const fileNumber = this.#files.indexOf(file);
    if (fileNumber >= 0) this.#files[fileNumber] = null;
  }

  #readKey(key: string): void {
    this.#key.write(key, 0, HASH_BYTES, 'hex');
    this.#key.writeUInt32LE(Number(key.slice(2 * HASH_BYTES + 1)), HASH_BYTES);
  }

  /** The slot that holds a key, or the one that it would go to. */
  #slotOf(key: Buffer, start = 0): number {
    const hash = key.readUInt32LE(start) ^ key.readUInt32LE(start + HASH_BYTES - 4);
    const view = key.readUInt32LE(start + HASH_BYTES);
    const count = this.#slots.length;
    // The upper bits, which a product spreads best, as many as number the slots.
    let slot = Math.imul(hash + Math.imul(view, SPREAD), SPREAD) >>> Math.clz32(count - 1);
    while (!this.#isFreeOr(key, { start, slot })) slot = (slot + 1) % count;
    return slot;
  }

  #isFreeOr(key: Buffer, { start, slot }: { start: number; slot: number }): boolean {
    const entry = this.#slots[slot]!;
    if (entry === NO_ROW) return true;
    const from = (entry - 1) * KEY_BYTES;
    return key.compare(this.#keys, from, from + KEY_BYTES, start, start + KEY_BYTES) === 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    const keys = Buffer.alloc(this.#capacity * KEY_BYTES);
    this.#keys.copy(keys);
    this.#keys = keys;
    this.#fileNumbers = grown(this.#fileNumbers, this.#capacity);
    this.#rows = grown(this.#rows, this.#capacity);
    this.#slots = new Uint32Array(this.#capacity * SLOTS_A_ROW);
    for (let entry = 0; entry < this.#count; entry += 1)
      this.#slots[this.#slotOf(keys, entry * KEY_BYTES)] = entry + 1;
  }
}

function grown(old: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(old);
  return larger;
}
