import type { Learner } from '../learner/learner.js';
import { type ClassReport, classReport } from './class-report.js';
import { confusionMatrix } from './confusion-matrix.js';
import { type Confusion, mostConfused } from './most-confused.js';
import type { Predictions } from './predictions.js';
import { type TopLoss, topLosses } from './top-losses.js';

/** What a learner gets wrong on its valid split, from one pass over it. */
export class Interpretation {
  readonly predictions: Predictions;

  constructor(predictions: Predictions) {
    this.predictions = predictions;
  }

  /** Counts by actual (row) and predicted (column) class. */
  confusionMatrix(): readonly (readonly number[])[] {
    return confusionMatrix(this.predictions);
  }

  /** Pairs of classes taken for each other, most often first. */
  mostConfused(
    options: { readonly minCount?: number; readonly top?: number } = {},
  ): readonly Confusion[] {
    const { minCount = 1, top = Infinity } = options;
    return mostConfused(this.predictions, minCount).slice(0, top);
  }

  /** Items with the largest losses, largest first. */
  topLosses(count = 9): readonly TopLoss[] {
    return topLosses(this.predictions, count);
  }

  /** Precision, recall, F1 and support of each class. */
  classReport(): readonly ClassReport[] {
    return classReport(this.predictions);
  }
}

/** Predicts the valid split once, in item order, and keeps what is needed to read the mistakes. */
export async function interpret(learner: Learner): Promise<Interpretation> {
  return new Interpretation(await learner.predict());
}
