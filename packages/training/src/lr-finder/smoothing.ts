/** fastai's weight of the past in its smoothed losses. */
const BETA = 0.98;

/** What a smoother remembers, as plain JSON. */
export interface LossSmootherState {
  readonly count: number;
  readonly average: number;
}

/** fastai's smoothed loss: an exponential moving average with beta 0.98, debiased for its start at 0. */
export class LossSmoother {
  #count = 0;
  #average = 0;

  /** The average so far; NaN before the first loss. */
  get value(): number {
    return this.#average / (1 - BETA ** this.#count);
  }

  /** Takes in a loss and returns the new average. */
  add(loss: number): number {
    this.#count += 1;
    this.#average = BETA * this.#average + (1 - BETA) * loss;
    return this.value;
  }

  state(): LossSmootherState {
    return { count: this.#count, average: this.#average };
  }

  restore({ count, average }: LossSmootherState): void {
    this.#count = count;
    this.#average = average;
  }
}
