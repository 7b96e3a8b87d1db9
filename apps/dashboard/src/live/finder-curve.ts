import { type MetricNumber, toNumber } from '../format/numbers.js';
import { ColumnBuffer } from './column-buffer.js';

/** What one rule says about a curve. */
export interface Suggestion {
  readonly method: 'VALLEY' | 'STEEP' | 'MINIMUM' | 'SLIDE';
  readonly learningRate: number | null;
  readonly index: number | null;
  readonly note: string;
}

export type FinderStop = 'COMPLETED' | 'DIVERGED' | 'NON_FINITE' | 'STOPPED';

/** Points of a learning-rate finder as the API sends them. */
export interface FinderPoints {
  readonly indexes: readonly number[];
  readonly learningRates: readonly MetricNumber[];
  readonly losses: readonly MetricNumber[];
  readonly smoothedLosses: readonly MetricNumber[];
  readonly suggestions: readonly Suggestion[];
  readonly stoppedBecause: FinderStop | null;
  readonly rewoundTo: number | null;
}

/** What a finder found, once it has ended. */
export interface FinderVerdict {
  readonly stoppedBecause: FinderStop;
  readonly suggestions: readonly Suggestion[];
}

export type FinderColumn = 'indexes' | 'learningRates' | 'losses' | 'smoothedLosses';

/** Every point of a learning-rate finder that has arrived, and at its end the verdict. */
export class FinderCurve extends ColumnBuffer<FinderColumn> {
  #verdict: FinderVerdict | null = null;

  constructor() {
    super('indexes', ['learningRates', 'losses', 'smoothedLosses']);
  }

  get verdict(): FinderVerdict | null {
    return this.#verdict;
  }

  setVerdict(verdict: FinderVerdict | null): void {
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    this.notify();
  }
}

/** Adds the points of one message, and the verdict if it carries one. */
export function appendPoints(curve: FinderCurve, message: FinderPoints): void {
  if (message.rewoundTo !== null) {
    curve.dropFrom(message.rewoundTo);
    curve.setVerdict(null);
  }
  curve.append({
    indexes: message.indexes,
    learningRates: message.learningRates.map(toNumber),
    losses: message.losses.map(toNumber),
    smoothedLosses: message.smoothedLosses.map(toNumber),
  });
  const { stoppedBecause, suggestions } = message;
  if (stoppedBecause !== null) curve.setVerdict({ stoppedBecause, suggestions });
}
