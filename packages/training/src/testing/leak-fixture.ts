import type { ImageClassifier } from '../classifier/image-classifier.js';
import { loadLearner } from '../classifier/load-learner.js';
import { saveLearner } from '../classifier/save-learner.js';
import type { BatchSource } from '../data/batch.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { registerArchitecture } from '../model/architecture.js';
import type { RunReporter } from '../policies/run-job.js';
import { type ImageFolder, makeImageFolder } from './image-folder.js';
import { tinyBody } from './tiny-body.js';
import { withLearner } from './with-learner.js';

/** Statistics that put pixels between -1 and 1. */
export const HALVES = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** Makes the engine ready, and a folder of images with a saved learner in `saved`. */
export async function makeLeakFixture(): Promise<ImageFolder> {
  await useNativeEngine();
  registerArchitecture(tinyBody);
  const images = await makeImageFolder();
  await withLearner((learner) => saveLearner(learner, images.at('saved')), {}, images.loaders());
  return images;
}

/** Loads the saved learner, and disposes of it however `use` ends. */
export async function withLoaded<Result>(
  images: ImageFolder,
  use: (loaded: ImageClassifier) => Promise<Result>,
): Promise<Result> {
  const loaded = await loadLearner(images.at('saved'), { known: [tinyBody] });
  try {
    return await use(loaded);
  } finally {
    loaded.dispose();
  }
}

/** Reads an epoch's first batches, as whoever takes them does. */
export async function readAll(source: BatchSource, batches = Infinity): Promise<void> {
  let count = 0;
  for await (const { inputs, targets } of source.batches(0)) {
    tf.dispose([inputs, targets]);
    count += 1;
    if (count === batches) break;
  }
}

/** Keeps nothing of what a run reports. */
export const silentReporter: RunReporter = {
  event: () => undefined,
  predictions: () => undefined,
  bestWeights: () => undefined,
};
