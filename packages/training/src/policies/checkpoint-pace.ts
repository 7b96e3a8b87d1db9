const SECOND_MS = 1000;
/** Checkpoints may take so much of the time at most: within an epoch, */
const SHARE_WITHIN = 1 / 100;
/** and at the ends of epochs, which are the better places. */
const SHARE_AT_ENDS = 1 / 20;

/** Says when the next checkpoint is due: so often that little is lost, so rarely that they cost little. */
export class CheckpointPace {
  readonly #leastMs: number;
  #costMs = 0;
  #last: number;

  /** 0 seconds: after each batch, whatever it costs. */
  constructor(leastSeconds: number) {
    this.#leastMs = leastSeconds * SECOND_MS;
    this.#last = performance.now();
  }

  isDue(place: 'within an epoch' | "at an epoch's end"): boolean {
    if (this.#leastMs === 0) return true;
    const wait =
      place === 'within an epoch'
        ? Math.max(this.#leastMs, this.#costMs / SHARE_WITHIN)
        : this.#costMs / SHARE_AT_ENDS;
    return performance.now() - this.#last >= wait;
  }

  /** Writes one, and learns what it costs. */
  write(work: () => void): void {
    const started = performance.now();
    work();
    this.#last = performance.now();
    this.#costMs = this.#last - started;
  }
}
