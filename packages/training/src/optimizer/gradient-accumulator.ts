import { type Numbers, numbersOf, tensorOf } from '../engine/numbers.js';
import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';

/** Gradients that wait for further batches, off the engine. */
export interface AccumulatorState {
  readonly items: number;
  readonly count: number;
  readonly sums: ReadonlyMap<string, Numbers>;
}

/**
 * Gathers the gradients of several batches into those of one large batch: the mean over all their
 * items, so that a batch which does not fit into memory can be taken in parts.
 */
export class GradientAccumulator {
  readonly #batches: number;
  #sums = new Map<string, Tensor>();
  #items = 0;
  #count = 0;

  /** Gives gradients after every `batches` batches. */
  constructor(batches: number) {
    this.#batches = batches;
  }

  /**
   * Takes in one batch's gradients, which it consumes. Returns the mean over the items of all
   * batches since the last time, for the caller to dispose of, or null while some are missing.
   */
  add(gradients: Map<string, Tensor>, itemCount: number): Map<string, Tensor> | null {
    if (this.#batches === 1) return gradients;
    this.#items += itemCount;
    this.#count += 1;
    for (const [name, gradient] of gradients) this.#addTo(name, gradient, itemCount);
    if (this.#count < this.#batches) return null;

    const items = this.#items;
    const means = [...this.#sums].map(([name, sum]) => [name, tf.div(sum, items)] as const);
    this.clear();
    return new Map(means);
  }

  /** The batches since the last step, bit for bit. */
  state(): AccumulatorState {
    const sums = [...this.#sums].map(([name, sum]) => [name, numbersOf(sum)] as const);
    return { items: this.#items, count: this.#count, sums: new Map(sums) };
  }

  /** Takes up what `state` gave. */
  load({ items, count, sums }: AccumulatorState): void {
    this.clear();
    this.#items = items;
    this.#count = count;
    this.#sums = new Map([...sums].map(([name, sum]) => [name, tensorOf(sum)]));
  }

  /** Forgets the batches since the last step. */
  clear(): void {
    tf.dispose([...this.#sums.values()]);
    this.#sums = new Map();
    this.#items = 0;
    this.#count = 0;
  }

  #addTo(name: string, gradient: Tensor, itemCount: number): void {
    const earlier = this.#sums.get(name);
    const sum = tf.tidy(() => {
      const weighted = tf.mul(gradient, itemCount);
      return earlier === undefined ? weighted : tf.add(earlier, weighted);
    });
    this.#sums.set(name, sum);
    tf.dispose([gradient, ...(earlier === undefined ? [] : [earlier])]);
  }
}
