const FIRST_CAPACITY = 1024;

/**
 * Points of a chart in growing typed arrays, outside React: a batch every few milliseconds must not render
 * components. Whoever draws subscribes and reads the columns; nothing is copied.
 */
export class PointBuffer<Column extends string> {
  readonly #names: readonly Column[];
  readonly #columns: Map<Column, Float64Array>;
  readonly #listeners = new Set<() => void>();
  #capacity = FIRST_CAPACITY;
  #length = 0;

  constructor(names: readonly Column[]) {
    this.#names = names;
    this.#columns = new Map(names.map((name) => [name, new Float64Array(FIRST_CAPACITY)]));
  }

  get length(): number {
    return this.#length;
  }

  /** The filled part of a column: a view that is right until the next push. */
  column(name: Column): Float64Array {
    return this.#whole(name).subarray(0, this.#length);
  }

  last(name: Column): number | undefined {
    return this.#length === 0 ? undefined : this.#whole(name)[this.#length - 1];
  }

  push(point: Readonly<Record<Column, number>>): void {
    if (this.#length === this.#capacity) this.#grow();
    for (const name of this.#names) this.#whole(name)[this.#length] = point[name];
    this.#length += 1;
  }

  /** Keeps the first `length` points. */
  truncate(length: number): void {
    this.#length = Math.max(0, Math.min(this.#length, length));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Called once a message, not once a point. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const [name, values] of this.#columns) {
      const larger = new Float64Array(this.#capacity);
      larger.set(values);
      this.#columns.set(name, larger);
    }
  }

  #whole(name: Column): Float64Array {
    const values = this.#columns.get(name);
    if (values === undefined) throw new RangeError(`Expected one of the columns ${this.#names.join(', ')}, got ${name}.`);
    return values;
  }
}
