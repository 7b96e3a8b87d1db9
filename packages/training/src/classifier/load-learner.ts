import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TrainingError } from '../errors.js';
import { type Architecture, architecture, architectures } from '../model/architecture.js';
import { HEAD_HIDDEN } from '../model/head.js';
import { readSafetensors } from '../model/safetensors.js';
import { createVisionModel, type VisionModel } from '../model/vision-model.js';
import { ImageClassifier } from './image-classifier.js';
import {
  readSavedLearner,
  type SavedLearner,
  savedLearnerFile,
  SavedLearnerUnreadableError,
  type SavedWeights,
} from './saved-learner.js';

export interface LoadLearnerOptions {
  /** Bodies that a saved learner may have. @default every architecture there is */
  readonly known?: readonly Architecture[];
}

/**
 * Loads what `saveLearner` wrote: ready to predict, and to train further with `learnerFrom`. It
 * predicts what the learner did, bit for bit. Reads data only; nothing in the folder is run. The
 * caller disposes of it.
 *
 * @throws SavedLearnerUnreadableError for anything missing, changed or of another format version.
 * @throws UnknownArchitectureError for a body that there is not.
 */
export async function loadLearner(
  folder: string,
  { known = architectures() }: LoadLearnerOptions = {},
): Promise<ImageClassifier> {
  const saved = await readSavedLearner(folder);
  const body = architecture(saved.architecture, known);
  const { features, hidden } = saved.head;
  if (features !== body.features || hidden !== HEAD_HIDDEN) {
    const problem =
      `with a head of ${body.features} features and ${HEAD_HIDDEN} hidden channels, ` +
      `received one of ${features} and ${hidden}`;
    throw new SavedLearnerUnreadableError(savedLearnerFile(folder), problem);
  }
  const { vocab, preprocessing } = saved;
  const model = await loadModel(folder, body, saved);
  return new ImageClassifier({ model, vocab, preprocessing });
}

async function loadModel(
  folder: string,
  body: Architecture,
  { vocab, weights }: SavedLearner,
): Promise<VisionModel> {
  const file = path.join(folder, weights.file);
  const content = await readWhole(file, weights);
  try {
    return createVisionModel({
      architecture: body,
      classes: vocab.length,
      seed: 0,
      weights: readSafetensors(content),
      head: 'stored',
    });
  } catch (cause) {
    if (!(cause instanceof TrainingError)) throw cause;
    throw new SavedLearnerUnreadableError(file, 'found weights of another model', { cause });
  }
}

/** The bytes of the weights, if they are those that were saved. */
async function readWhole(file: string, { sha256, bytes }: SavedWeights): Promise<Uint8Array> {
  const content = await readFile(file).catch((cause: unknown) => {
    throw new SavedLearnerUnreadableError(file, 'found no readable file', { cause });
  });
  const received = createHash('sha256').update(content).digest('hex');
  if (received === sha256) return content;
  const problem =
    `with ${bytes} bytes and SHA-256 ${sha256}, ` +
    `received ${content.length} bytes and SHA-256 ${received}: it was changed or cut off`;
  throw new SavedLearnerUnreadableError(file, problem);
}
