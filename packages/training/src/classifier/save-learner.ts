import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../data/write-atomically.js';
import type { Learner } from '../learner/learner.js';
import { classifierOf } from './image-classifier.js';
import {
  describeLearner,
  readSavedLearner,
  type SavedLearner,
  savedLearnerFile,
} from './saved-learner.js';

/**
 * Saves what it takes to predict with a learner, and to train it further: weights, vocab and how
 * images are prepared. Not the optimizer's state: training goes on with a fresh one. Writes two
 * files, `learner.json` last, and returns once the disk has them: whoever loads the folder
 * meanwhile gets the learner that was there before, or this one.
 *
 * @throws InvalidOptionError for loaders that do not say how they make inputs of images.
 */
export async function saveLearner(learner: Learner, folder: string): Promise<SavedLearner> {
  const classifier = classifierOf(learner);
  const content = classifier.model.toSafetensors();
  const { weights, ...description } = describeLearner(classifier, content);
  // Named after its content, so that it never takes the place of other weights still in use.
  const file = `weights-${weights.sha256.slice(0, 16)}.safetensors`;
  const saved: SavedLearner = { ...description, weights: { file, ...weights } };
  const replaced = await readSavedLearner(folder).catch(() => undefined);
  await writeAtomically(path.join(folder, saved.weights.file), content, { durable: true });
  const json = Buffer.from(`${JSON.stringify(saved, null, 2)}\n`);
  await writeAtomically(savedLearnerFile(folder), json, { durable: true });
  if (replaced !== undefined && replaced.weights.file !== saved.weights.file)
    await rm(path.join(folder, replaced.weights.file), { force: true });
  return saved;
}
