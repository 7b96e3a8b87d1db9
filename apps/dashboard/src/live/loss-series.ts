import { type MetricNumber, toNumber } from '../format/numbers.js';
import { ColumnBuffer } from './column-buffer.js';

/** Finished train batches as the API sends them. */
export interface BatchMetrics {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  readonly losses: readonly MetricNumber[];
  readonly smoothedLosses: readonly MetricNumber[];
  readonly learningRates: readonly MetricNumber[];
  readonly momentums: readonly MetricNumber[];
  readonly rewoundTo: number | null;
}

export type LossColumn =
  'steps' | 'epochs' | 'losses' | 'smoothedLosses' | 'learningRates' | 'momentums';

/** Every batch of a run that has arrived, by step. */
export class LossSeries extends ColumnBuffer<LossColumn> {
  constructor() {
    super('steps', ['epochs', 'losses', 'smoothedLosses', 'learningRates', 'momentums']);
  }

  get lastStep(): number {
    return this.last;
  }
}

/** Adds the batches of one message. Steps that are sent again are dropped; a rewind drops what no longer counts. */
export function appendBatches(series: LossSeries, message: BatchMetrics): void {
  if (message.rewoundTo !== null) series.dropFrom(message.rewoundTo);
  series.append({
    steps: message.steps,
    epochs: message.epochs,
    losses: message.losses.map(toNumber),
    smoothedLosses: message.smoothedLosses.map(toNumber),
    learningRates: message.learningRates.map(toNumber),
    momentums: message.momentums.map(toNumber),
  });
}
