import { countConfusions } from '../metrics/confusion.js';
import type { Predictions } from './predictions.js';

/** How well one class is told from the others. */
export interface ClassReport {
  readonly label: string;
  /** Of the items predicted as this class, the share that is; 0 when none was predicted. */
  readonly precision: number;
  /** Of the items of this class, the share that was found; 0 when there is none. */
  readonly recall: number;
  /** Harmonic mean of precision and recall; 0 when both are. */
  readonly f1: number;
  /** Items of this class. */
  readonly support: number;
}

/** Precision, recall, F1 and support of every class, in the order of the vocab. */
export function classReport(predictions: Predictions): ClassReport[] {
  const { vocab } = predictions;
  const right = new Array<number>(vocab.length).fill(0);
  const support = new Array<number>(vocab.length).fill(0);
  const predictedTotal = new Array<number>(vocab.length).fill(0);
  for (const { actual, predicted, count } of countConfusions(predictions)) {
    if (actual === predicted) right[actual]! += count;
    support[actual]! += count;
    predictedTotal[predicted]! += count;
  }
  return vocab.map((label, index) => ({
    label,
    precision: share(right[index]!, predictedTotal[index]!),
    recall: share(right[index]!, support[index]!),
    f1: share(2 * right[index]!, support[index]! + predictedTotal[index]!),
    support: support[index]!,
  }));
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
