import { TrainingError } from '../../errors.js';
import type { Split } from '../splits/split.js';

/** Labels are judged that are never trained. */
export class ClassNotTrainedError extends TrainingError {
  override readonly name = 'ClassNotTrainedError';
  readonly code = 'CLASS_NOT_TRAINED';
  readonly labels: readonly string[];

  constructor(labels: readonly string[]) {
    const named = labels.map((label) => `"${label}"`).join(', ');
    super(
      `Expected every valid label among the train items, received ${named} in valid only. ` +
        'Add train images of it, take the valid ones out, or split within classes (`stratified`)',
    );
    this.labels = labels;
  }
}

/** There is nothing to tell apart. */
export class TooFewClassesError extends TrainingError {
  override readonly name = 'TooFewClassesError';
  readonly code = 'TOO_FEW_CLASSES';
  readonly labels: readonly string[];

  constructor(labels: readonly string[]) {
    super(
      `Expected two or more labels, received ${labels.map((label) => `"${label}"`).join() || 'none'}. ` +
        'Give a folder with one subfolder a class, or another way to label',
    );
    this.labels = labels;
  }
}

/**
 * The vocab: the labels of the train items in code-point order, capitals first, whose positions are
 * the class indexes. Throws where there are fewer than two, and where a valid item has a label that no train item has: no model could
 * ever get it right.
 */
export function trainVocab(labels: readonly string[], splits: readonly Split[]): string[] {
  const vocab = new Set(labels.filter((_, item) => splits[item] === 'train'));
  const untrained = new Set(labels.filter((label) => !vocab.has(label)));
  if (untrained.size > 0) throw new ClassNotTrainedError(inCodePointOrder(untrained));
  if (vocab.size < 2) throw new TooFewClassesError([...vocab]);
  return inCodePointOrder(vocab);
}

/** UTF-16, by which strings compare, puts some rare characters elsewhere; UTF-8 does not. */
function inCodePointOrder(labels: ReadonlySet<string>): string[] {
  return [...labels].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
