import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImageClassifier } from './classifier/image-classifier.js';
import type { Loaders } from './data/batch.js';
import { InvalidOptionError, TrainingError } from './errors.js';
import { Learner } from './learner/learner.js';
import { crossEntropy } from './losses/cross-entropy.js';
import { accuracy } from './metrics/accuracy.js';
import { errorRate } from './metrics/error-rate.js';
import type { Metric } from './metrics/metric.js';
import type { Architecture } from './model/architecture.js';
import { readSafetensors } from './model/safetensors.js';
import { createVisionModel } from './model/vision-model.js';
import { adam } from './optimizer/adam.js';

export interface VisionLearnerOptions {
  readonly architecture: Architecture;
  /** Folder of `<architecture>.safetensors` files; null starts from drawn weights. */
  readonly weightsDir: string | null;
  /** @default error rate and accuracy */
  readonly metrics?: readonly Metric[];
  /** Draws the head's first weights and dropout. @default 42 */
  readonly seed?: number;
}

export type LearnerFromOptions = Pick<VisionLearnerOptions, 'metrics' | 'seed'>;

/** The pretrained weights of an architecture are not where they were expected. */
export class WeightsMissingError extends TrainingError {
  override readonly name = 'WeightsMissingError';
  readonly code = 'WEIGHTS_MISSING';
  readonly file: string;

  constructor(file: string, options: ErrorOptions) {
    super(`Expected pretrained weights at ${file}, found no file. Run \`npm run setup\``, options);
    this.file = file;
  }
}

/**
 * Puts a fresh head (fastai's) on a pretrained body and makes a learner of it, frozen up to the
 * head. Without pretrained weights nothing is frozen: there is nothing worth keeping.
 */
export async function visionLearner(
  loaders: Loaders,
  { architecture, weightsDir, metrics = [errorRate, accuracy], seed = 42 }: VisionLearnerOptions,
): Promise<Learner> {
  const weights =
    weightsDir === null
      ? null
      : await pretrained(path.join(weightsDir, `${architecture.name}.safetensors`));
  const model = createVisionModel({
    architecture,
    classes: loaders.vocab.length,
    seed,
    weights,
  });
  const learner = new Learner({
    loaders,
    model,
    optimizer: adam(),
    loss: crossEntropy,
    metrics,
    seed,
  });
  learner.freezeTo(weights === null ? 0 : -1);
  return learner;
}

/**
 * Makes a learner of a loaded model, to train it further: all layer groups learn, the optimizer is
 * fresh, steps count from 0. Shares the model with the classifier, which follows the training;
 * whoever disposes of one disposes of both.
 *
 * @throws InvalidOptionError for loaders of other classes.
 */
export function learnerFrom(
  { model, vocab }: ImageClassifier,
  loaders: Loaders,
  { metrics = [errorRate, accuracy], seed = 42 }: LearnerFromOptions = {},
): Learner {
  if (JSON.stringify(loaders.vocab) !== JSON.stringify(vocab)) {
    const expected = `the classes that the model knows, in their order: ${vocab.join(', ')}`;
    throw new InvalidOptionError('loaders.vocab', loaders.vocab.join(', '), expected);
  }
  return new Learner({ loaders, model, optimizer: adam(), loss: crossEntropy, metrics, seed });
}

async function pretrained(file: string): Promise<ReturnType<typeof readSafetensors>> {
  try {
    return readSafetensors(await readFile(file));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new WeightsMissingError(file, { cause });
    throw cause;
  }
}
