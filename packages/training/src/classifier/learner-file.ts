import { readFile } from 'node:fs/promises';
import { TrainingError } from '../errors.js';
import type { Learner } from '../learner/learner.js';
import {
  readMetadata,
  type SafetensorsMetadata,
  tensorBytes,
  withMetadata,
} from '../model/safetensors-metadata.js';
import { classifierOf } from './image-classifier.js';
import {
  describeLearner,
  type LearnerDescription,
  parseDescription,
  SAVED_FORMAT,
  SavedLearnerUnreadableError,
} from './saved-learner.js';

/** Under what the metadata of a learner's file has its description, as JSON. */
const KEY = SAVED_FORMAT;

/**
 * Puts a learner into one safetensors file: the weights, the body's under timm's names, and in the
 * header what else `loadLearner` wants. Other readers take it for the weights that it is.
 *
 * @throws InvalidOptionError for loaders that do not say how they make inputs of images.
 */
export function toLearnerFile(learner: Learner, metadata: SafetensorsMetadata = {}): Uint8Array {
  const classifier = classifierOf(learner);
  const file = classifier.model.toSafetensors(metadata);
  const description = describeLearner(classifier, tensorBytes(file));
  return withMetadata(file, { [KEY]: JSON.stringify(description) });
}

/** Reads a learner's file and checks the description in it, not yet its weights. */
export async function readLearnerFile(
  file: string,
): Promise<{ readonly description: LearnerDescription; readonly content: Uint8Array }> {
  const content = await readFile(file).catch((cause: unknown) => {
    throw new SavedLearnerUnreadableError(file, 'found no readable file', { cause });
  });
  const text = descriptionIn(content, file);
  if (text === undefined)
    throw new SavedLearnerUnreadableError(file, 'found weights that do not say of what learner');
  return { description: parseDescription(file, text), content };
}

function descriptionIn(content: Uint8Array, file: string): string | undefined {
  try {
    return readMetadata(content)[KEY];
  } catch (cause) {
    if (!(cause instanceof TrainingError)) throw cause;
    throw new SavedLearnerUnreadableError(file, 'found no safetensors file', { cause });
  }
}
