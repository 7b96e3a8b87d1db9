type Columns<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * Columns of numbers of equal length that grow at their end, outside React. The first column orders
 * them: its values rise, and rows whose value is there already are dropped, so that what is sent
 * again after a reconnect changes nothing.
 */
export class ColumnBuffer<Name extends string> {
  readonly #names: readonly Name[];
  readonly #order: Name;
  readonly #listeners = new Set<() => void>();
  #columns: Record<Name, Float64Array>;
  #length = 0;

  constructor(order: Name, others: readonly Name[]) {
    this.#order = order;
    this.#names = [order, ...others];
    this.#columns = this.#allocate(256);
  }

  get length(): number {
    return this.#length;
  }

  /** The last value of the ordering column, -1 while there is none. */
  get last(): number {
    return this.#length === 0 ? -1 : this.#columns[this.#order][this.#length - 1]!;
  }

  /** A column as it is now. Good until the buffer changes. */
  column(name: Name): Float64Array {
    return this.#columns[name].subarray(0, this.#length);
  }

  /** The index of the first row whose ordering value is `value` or above. */
  indexOf(value: number): number {
    const order = this.#columns[this.#order];
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  append(columns: Columns<Name>): void {
    const order = columns[this.#order];
    this.#reserve(this.#length + order.length);
    const before = this.#length;
    for (const [row, value] of order.entries()) {
      if (value <= this.last) continue;
      for (const name of this.#names) this.#columns[name][this.#length] = columns[name][row]!;
      this.#length += 1;
    }
    if (this.#length > before) this.notify();
  }

  /** Drops every row whose ordering value is `value` or above. */
  dropFrom(value: number): void {
    const index = this.indexOf(value);
    if (index === this.#length) return;
    this.#length = index;
    this.notify();
  }

  /** Calls back after each change, until the function it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells listeners that something which belongs to the rows has changed. */
  protected notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #reserve(rows: number): void {
    const capacity = this.#columns[this.#order].length;
    if (rows <= capacity) return;
    const larger = this.#allocate(Math.max(rows, capacity * 2));
    for (const name of this.#names) larger[name].set(this.column(name));
    this.#columns = larger;
  }

  #allocate(rows: number): Record<Name, Float64Array> {
    const entries = this.#names.map((name) => [name, new Float64Array(rows)] as const);
    // Every name has its entry, which `fromEntries` cannot know.
    return Object.fromEntries(entries) as Record<Name, Float64Array>;
  }
}
