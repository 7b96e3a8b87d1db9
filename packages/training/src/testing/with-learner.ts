import type { Loaders } from '../data/batch.js';
import type { Learner } from '../learner/learner.js';
import { visionLearner, type VisionLearnerOptions } from '../vision-learner.js';
import { shapeLoaders } from './shape-loaders.js';
import { tinyBody } from './tiny-body.js';

/** Classes of the smallest loaders there are. */
export const FEW_LABELS = ['circle', 'square'] as const;

/** Two batches of train items and one of valid ones. */
export const fewShapes = (): Loaders =>
  shapeLoaders({ classes: FEW_LABELS, trainPerClass: 4, validPerClass: 2, batchSize: 4 });

/** Makes a learner with the tiny body, and disposes of it however `use` ends. */
export async function withLearner<Result>(
  use: (learner: Learner) => Result | Promise<Result>,
  options: Partial<VisionLearnerOptions> = {},
  loaders: Loaders = fewShapes(),
): Promise<Result> {
  const learner = await visionLearner(loaders, {
    architecture: tinyBody,
    weights: null,
    ...options,
  });
  try {
    return await use(learner);
  } finally {
    learner.dispose();
  }
}
