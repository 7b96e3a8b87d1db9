import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Loaders } from './data/batch.js';
import { TrainingError } from './errors.js';
import { Learner } from './learner/learner.js';
import { crossEntropy } from './losses/cross-entropy.js';
import type { Loss } from './losses/loss.js';
import { accuracy } from './metrics/accuracy.js';
import { errorRate } from './metrics/error-rate.js';
import type { Metric } from './metrics/metric.js';
import type { Architecture } from './model/architecture.js';
import { readSafetensors } from './model/safetensors.js';
import { createVisionModel } from './model/vision-model.js';
import { adam } from './optimizer/adam.js';
import type { Optimizer } from './optimizer/optimizer.js';

export interface VisionLearnerOptions {
  readonly architecture: Architecture;
  /** Folder of `<architecture>.safetensors` files; null starts from drawn weights. */
  readonly weightsDir: string | null;
  /** @default error rate and accuracy */
  readonly metrics?: readonly Metric[];
  /** What a fit makes small. @default crossEntropy */
  readonly loss?: Loss;
  /** The learner disposes of it. @default adam() */
  readonly optimizer?: Optimizer;
  /** Draws the head's first weights and dropout. @default 42 */
  readonly seed?: number;
  /** Longest that all gradients together may be in a step. @default as long as they are */
  readonly clipNorm?: number;
  /** Batches whose gradients make one step. @default 1 */
  readonly accumulate?: number;
}

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
  {
    architecture,
    weightsDir,
    metrics = [errorRate, accuracy],
    loss = crossEntropy,
    optimizer = adam(),
    seed = 42,
    ...stepOptions
  }: VisionLearnerOptions,
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
    optimizer,
    loss,
    metrics,
    seed,
    ...stepOptions,
  });
  learner.freezeTo(weights === null ? 0 : -1);
  return learner;
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
