import { readFile } from 'node:fs/promises';
import type { ImageClassifier } from './classifier/image-classifier.js';
import type { Loaders } from './data/batch.js';
import { InvalidOptionError } from './errors.js';
import { Learner } from './learner/learner.js';
import { crossEntropy } from './losses/cross-entropy.js';
import type { Loss } from './losses/loss.js';
import { accuracy } from './metrics/accuracy.js';
import { errorRate } from './metrics/error-rate.js';
import type { Metric } from './metrics/metric.js';
import type { Architecture } from './model/architecture.js';
import { readSafetensors } from './model/safetensors.js';
import { createVisionModel, type FrozenBody, type VisionModel } from './model/vision-model.js';
import { adam } from './optimizer/adam.js';
import type { Optimizer } from './optimizer/optimizer.js';
import {
  type WeightsChoice,
  weightsSource,
  type WeightsSourceOptions,
} from './weights/weights-source.js';

/** What every learner takes. */
export interface LearnerSettings {
  /** @default error rate and accuracy */
  readonly metrics?: readonly Metric[];
  /** What a fit makes small. @default crossEntropy */
  readonly loss?: Loss;
  /** The learner disposes of it. @default adam() */
  readonly optimizer?: Optimizer;
  /** Draws a new head's first weights, and dropout. @default 42 */
  readonly seed?: number;
  /** Longest that all gradients together may be in a step. @default as long as they are */
  readonly clipNorm?: number;
  /** Batches whose gradients make one step. @default 1 */
  readonly accumulate?: number;
}

export interface VisionLearnerOptions extends LearnerSettings {
  readonly architecture: Architecture;
  /**
   * `'pretrained'` means the architecture's own weights, from the cache or else from the hub; a path
   * means that safetensors file; null starts from drawn weights. @default 'pretrained'
   */
  readonly weights?: WeightsChoice;
  /** Where pretrained weights are kept and fetched. @default the user's cache, and the hub that the environment names */
  readonly weightsFrom?: WeightsSourceOptions;
  /** Share of the head's numbers dropped in training, 0 to below 1. @default 0.5, fastai's */
  readonly dropout?: number;
  /** What the body's batch norm does in training, and with it whether a frozen body runs only once. @default 'live', fastai's */
  readonly frozenBody?: FrozenBody;
}

/**
 * Puts a fresh head (fastai's) on a pretrained body and makes a learner of it, frozen up to the
 * head. Without pretrained weights nothing is frozen: there is nothing worth keeping.
 */
export async function visionLearner(
  loaders: Loaders,
  {
    architecture,
    weights: choice = 'pretrained',
    weightsFrom = {},
    dropout = 0.5,
    frozenBody = 'live',
    ...settings
  }: VisionLearnerOptions,
): Promise<Learner> {
  const file = await weightsSource(choice, architecture, weightsFrom);
  const weights = file === null ? null : readSafetensors(await readFile(file));
  const classes = loaders.vocab.length;
  const { seed = 42 } = settings;
  const model = createVisionModel({ architecture, classes, seed, weights, dropout, frozenBody });
  try {
    const learner = learnerOf(model, loaders, settings);
    learner.freezeTo(weights === null ? 0 : -1);
    return learner;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Makes a learner of a loaded model, to train it further: all layer groups learn, the optimizer is
 * fresh, steps count from 0. Shares the model with the classifier, which follows the training.
 * Dispose of the learner alone: that frees the model too, while the classifier knows of no optimizer.
 *
 * @throws InvalidOptionError for loaders of other classes.
 */
export function learnerFrom(
  { model, vocab }: ImageClassifier,
  loaders: Loaders,
  settings: LearnerSettings = {},
): Learner {
  if (JSON.stringify(loaders.vocab) !== JSON.stringify(vocab)) {
    const expected = `the classes that the model knows, in their order: ${vocab.join(', ')}`;
    throw new InvalidOptionError('loaders.vocab', loaders.vocab.join(', '), expected);
  }
  return learnerOf(model, loaders, settings);
}

function learnerOf(
  model: VisionModel,
  loaders: Loaders,
  {
    metrics = [errorRate, accuracy],
    loss = crossEntropy,
    optimizer = adam(),
    seed = 42,
    ...steps
  }: LearnerSettings,
): Learner {
  return new Learner({ model, loaders, metrics, loss, optimizer, seed, ...steps });
}
