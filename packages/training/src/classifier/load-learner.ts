import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { TrainingError } from '../errors.js';
import { type Architecture, architecture, architectures } from '../model/architecture.js';
import { HEAD_HIDDEN } from '../model/head.js';
import { readSafetensors } from '../model/safetensors.js';
import { tensorBytes } from '../model/safetensors-metadata.js';
import { createVisionModel } from '../model/vision-model.js';
import { ImageClassifier } from './image-classifier.js';
import { readLearnerFile } from './learner-file.js';
import {
  digestOf,
  type LearnerDescription,
  readSavedLearner,
  savedLearnerFile,
  SavedLearnerUnreadableError,
  type WeightsDigest,
} from './saved-learner.js';

export interface LoadLearnerOptions {
  /** Bodies that a saved learner may have. @default every architecture there is */
  readonly known?: readonly Architecture[];
}

/** A learner that was read, but for its weights. */
interface Opened {
  readonly description: LearnerDescription;
  /** Where the description is. */
  readonly file: string;
  /** Where the weights are. */
  readonly weightsFile: string;
  /** The safetensors file with the weights, if they are those that were saved. */
  readonly readWeights: () => Promise<Uint8Array>;
}

/**
 * Loads what `saveLearner` wrote into a folder, or the one file that a run keeps of its best epoch:
 * ready to predict, and to train further with `learnerFrom`. It predicts what the learner did, bit
 * for bit. Reads data only; nothing in it is run. The caller disposes of it.
 *
 * @throws SavedLearnerUnreadableError for anything missing, changed or of another format version.
 * @throws UnknownArchitectureError for a body that there is not.
 */
export async function loadLearner(
  place: string,
  { known = architectures() }: LoadLearnerOptions = {},
): Promise<ImageClassifier> {
  const opened = (await isFolder(place)) ? await openFolder(place) : await openFile(place);
  const { head, vocab, preprocessing, ...saved } = opened.description;
  const body = architecture(saved.architecture, known);
  const { features, hidden } = head;
  if (features !== body.features || hidden !== HEAD_HIDDEN) {
    const problem =
      `with a head of ${body.features} features and ${HEAD_HIDDEN} hidden channels, ` +
      `received one of ${features} and ${hidden}`;
    throw new SavedLearnerUnreadableError(opened.file, problem);
  }
  const content = await opened.readWeights();
  try {
    const weights = readSafetensors(content);
    const model = createVisionModel({
      architecture: body,
      classes: vocab.length,
      seed: 0,
      weights,
      head: 'stored',
    });
    return new ImageClassifier({ model, vocab, preprocessing });
  } catch (cause) {
    if (!(cause instanceof TrainingError)) throw cause;
    throw new SavedLearnerUnreadableError(opened.weightsFile, 'found weights of another model', {
      cause,
    });
  }
}

/** A place that is missing is taken for what its name says. */
const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    (found) => found.isDirectory(),
    () => path.extname(place) !== '.safetensors',
  );

async function openFolder(folder: string): Promise<Opened> {
  const description = await readSavedLearner(folder);
  const weightsFile = path.join(folder, description.weights.file);
  const readWeights = async (): Promise<Uint8Array> => {
    const content = await readFile(weightsFile).catch((cause: unknown) => {
      throw new SavedLearnerUnreadableError(weightsFile, 'found no readable file', { cause });
    });
    assertSame(weightsFile, description.weights, content);
    return content;
  };
  return { description, file: savedLearnerFile(folder), weightsFile, readWeights };
}

async function openFile(file: string): Promise<Opened> {
  const { description, content } = await readLearnerFile(file);
  const readWeights = (): Promise<Uint8Array> => {
    assertSame(file, description.weights, tensorBytes(content));
    return Promise.resolve(content);
  };
  return { description, file, weightsFile: file, readWeights };
}

function assertSame(file: string, { sha256, bytes }: WeightsDigest, content: Uint8Array): void {
  const received = digestOf(content);
  if (received.sha256 === sha256) return;
  const problem =
    `with ${bytes} bytes of weights and SHA-256 ${sha256}, received ${received.bytes} bytes and ` +
    `SHA-256 ${received.sha256}: it was changed or cut off`;
  throw new SavedLearnerUnreadableError(file, problem);
}
