import type { BatchSource } from '../data/batch.js';
import type { Split } from '../data/splits/split.js';
import { InvalidOptionError } from '../errors.js';
import type { Learner } from '../learner/learner.js';
import { type ClassReport, classReport } from './class-report.js';
import { type ClassificationReport, classificationReport } from './classification-report.js';
import {
  type ConfusionCells,
  confusionCells,
  confusionMatrix,
  type ConfusionMatrixOptions,
} from './confusion-matrix.js';
import {
  type ClassExamples,
  type ExampleOrder,
  examples,
  examplesByClass,
  type ExamplesOptions,
} from './examples.js';
import type { ItemPrediction } from './item-prediction.js';
import { type Confusion, mostConfused } from './most-confused.js';
import type { Predictions } from './predictions.js';
import { type TopLoss, topLosses } from './top-losses.js';

/** What a learner gets wrong on a split, from one pass over it. */
export class Interpretation {
  readonly predictions: Predictions;

  constructor(predictions: Predictions) {
    this.predictions = predictions;
  }

  /** Counts (or shares) by actual (row) and predicted (column) class. */
  confusionMatrix(options: ConfusionMatrixOptions = {}): readonly (readonly number[])[] {
    return confusionMatrix(this.predictions, options);
  }

  /** Cells of the confusion matrix with `minCount` items or more: for many classes. */
  confusionCells(minCount = 1): ConfusionCells {
    return confusionCells(this.predictions, minCount);
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

  /** Items by label, by predicted class or by both, the most (or least) probable first. */
  examples(options: ExamplesOptions = {}): readonly ItemPrediction[] {
    return examples(this.predictions, options);
  }

  /** The most (or least) probable items of every class. */
  examplesByClass(order: ExampleOrder = {}): readonly ClassExamples[] {
    return examplesByClass(this.predictions, order);
  }

  /** Precision, recall, F1 and support of each class. */
  classReport(): readonly ClassReport[] {
    return classReport(this.predictions);
  }

  /** The same with accuracy and averages over the classes. */
  classificationReport(): ClassificationReport {
    return classificationReport(this.predictions);
  }
}

export interface InterpretOptions {
  /** Side of the split to judge. Train items are seen as valid ones are: whole, and each once. @default 'valid' */
  readonly split?: Split;
  /** Judges these batches instead, which must not be shuffled or augmented. */
  readonly source?: BatchSource;
}

/**
 * Predicts a split once, in item order, and keeps what is needed to read the mistakes: no images.
 *
 * @throws InvalidOptionError for the train split of loaders that only offer it shuffled.
 */
export async function interpret(
  learner: Learner,
  { split = 'valid', source = sourceOf(learner, split) }: InterpretOptions = {},
): Promise<Interpretation> {
  return new Interpretation(await learner.predict(source));
}

function sourceOf({ loaders }: Learner, split: Split): BatchSource {
  if (split === 'valid') return loaders.valid;
  if (loaders.trainInOrder === undefined) {
    const expected = 'a side that the loaders offer in item order (`trainInOrder`), or a `source`';
    throw new InvalidOptionError('split', split, expected);
  }
  return loaders.trainInOrder;
}
