import type { RunEvent } from './run-event.js';

/** Every train batch of a run that counts, as columns that grow. */
export class BatchColumns {
  lastSeq = -1;
  readonly steps: number[] = [];
  readonly epochs: number[] = [];
  readonly phases: number[] = [];
  readonly times: number[] = [];
  readonly losses: number[] = [];
  readonly smoothedLosses: number[] = [];
  readonly learningRates: number[] = [];
  readonly momentums: number[] = [];
  /** One column a layer group, input side first. */
  readonly groupLearningRates: number[][] = [];

  /** Takes one more event of the log. */
  add({ seq, fact }: RunEvent): void {
    this.lastSeq = seq;
    if (fact.type === 'rewound') this.#cutAt(fact.toStep);
    if (fact.type !== 'batches') return;
    for (const [index, step] of fact.steps.entries()) {
      this.steps.push(step);
      this.epochs.push(fact.epochs[index]!);
      this.phases.push(fact.phase);
      this.times.push(fact.times[index]!);
      this.losses.push(fact.losses[index]!);
      this.smoothedLosses.push(fact.smoothedLosses[index]!);
      this.learningRates.push(fact.learningRates[index]!);
      this.momentums.push(fact.momentums[index]!);
      for (const [group, rates] of fact.groupLearningRates.entries()) {
        this.#groupColumn(group).push(rates[index]!);
      }
    }
  }

  /** Index of the first batch with a step of `step` or more. */
  indexOf(step: number): number {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.steps[middle]! < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A group that was not reported before has no rate for the batches so far. */
  #groupColumn(group: number): number[] {
    const known = this.groupLearningRates[group];
    if (known !== undefined) return known;
    const column = new Array<number>(this.steps.length - 1).fill(Number.NaN);
    this.groupLearningRates[group] = column;
    return column;
  }

  #cutAt(step: number): void {
    const length = this.indexOf(step);
    const columns = [
      this.steps,
      this.epochs,
      this.phases,
      this.times,
      this.losses,
      this.smoothedLosses,
      this.learningRates,
      this.momentums,
      ...this.groupLearningRates,
    ];
    for (const column of columns) column.length = Math.min(column.length, length);
  }
}
