import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../data/write-atomically.js';
import type { Learner } from '../learner/learner.js';
import { libraryVersion } from '../library-version.js';
import { HEAD_HIDDEN } from '../model/head.js';
import { classifierOf } from './image-classifier.js';
import {
  readSavedLearner,
  SAVED_FORMAT,
  SAVED_FORMAT_VERSION,
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
  const { model, vocab, preprocessing } = classifierOf(learner);
  const { architecture } = model;
  const content = model.toSafetensors();
  const sha256 = createHash('sha256').update(content).digest('hex');
  const saved: SavedLearner = {
    format: SAVED_FORMAT,
    formatVersion: SAVED_FORMAT_VERSION,
    libraryVersion: await libraryVersion(),
    architecture: architecture.name,
    vocab,
    preprocessing,
    head: { features: architecture.features, hidden: HEAD_HIDDEN, classes: vocab.length },
    // Named after its content, so that it never takes the place of other weights still in use.
    weights: {
      file: `weights-${sha256.slice(0, 16)}.safetensors`,
      sha256,
      bytes: content.length,
    },
  };
  const replaced = await readSavedLearner(folder).catch(() => undefined);
  await writeAtomically(path.join(folder, saved.weights.file), content, { durable: true });
  const json = Buffer.from(`${JSON.stringify(saved, null, 2)}\n`);
  await writeAtomically(savedLearnerFile(folder), json, { durable: true });
  if (replaced !== undefined && replaced.weights.file !== saved.weights.file)
    await rm(path.join(folder, replaced.weights.file), { force: true });
  return saved;
}
