import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Preprocessing } from '../data/batch.js';
import { TrainingError } from '../errors.js';
import { libraryVersion } from '../library-version.js';
import { HEAD_HIDDEN } from '../model/head.js';
import type { ImageClassifier } from './image-classifier.js';

/** What is kept of a learner beside its weights: data only, so that loading runs no code. */
export interface LearnerDescription {
  readonly format: 'whetstone-learner';
  readonly formatVersion: 1;
  /** Version of this package that wrote it; for people, not for reading. */
  readonly libraryVersion: string;
  /** Name of the body's architecture. */
  readonly architecture: string;
  /** Class names in the order of the class indexes. */
  readonly vocab: readonly string[];
  readonly preprocessing: Preprocessing;
  /** Channels that go into the head, that it has inside, and that come out. */
  readonly head: { readonly features: number; readonly hidden: number; readonly classes: number };
  readonly weights: WeightsDigest;
}

/** By what weights are known again: of a whole file, or of the tensors in the file that says so. */
export interface WeightsDigest {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What `learner.json` in the folder of a saved learner holds. */
export interface SavedLearner extends LearnerDescription {
  /** A safetensors file in the same folder. */
  readonly weights: WeightsDigest & { readonly file: string };
}

/** A saved learner is missing, cut off, changed, or of another format version. */
export class SavedLearnerUnreadableError extends TrainingError {
  override readonly name = 'SavedLearnerUnreadableError';
  readonly code = 'SAVED_LEARNER_UNREADABLE';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `Expected a part of a saved learner at ${file}, ${problem}. ` +
        'Save the learner again, or copy all of it again',
      options,
    );
    this.file = file;
  }
}

export const SAVED_FORMAT = 'whetstone-learner';
const SAVED_FORMAT_VERSION = 1;

/** Where the description of a learner is in its folder. */
export const savedLearnerFile = (folder: string): string => path.join(folder, 'learner.json');

/** Says what a classifier is; `weights` are the bytes by which its weights will be known again. */
export function describeLearner(
  { model: { architecture }, vocab, preprocessing }: ImageClassifier,
  weights: Uint8Array,
): LearnerDescription {
  return {
    format: SAVED_FORMAT,
    formatVersion: SAVED_FORMAT_VERSION,
    libraryVersion: libraryVersion(),
    architecture: architecture.name,
    vocab,
    preprocessing,
    head: { features: architecture.features, hidden: HEAD_HIDDEN, classes: vocab.length },
    weights: digestOf(weights),
  };
}

/** By what these bytes are known again. */
export const digestOf = (bytes: Uint8Array): WeightsDigest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});

/** Reads the description of a learner that was saved into a folder, and checks all of it. */
export async function readSavedLearner(folder: string): Promise<SavedLearner> {
  const file = savedLearnerFile(folder);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SavedLearnerUnreadableError(file, 'found no readable file', { cause });
  });
  const { weights, ...description } = parseDescription(file, text);
  const name = (weights as Partial<SavedLearner['weights']>).file;
  // A name and no path: nothing outside the folder is ever read.
  if (isString(name) && /^[\w-]+\.safetensors$/.test(name))
    return { ...description, weights: { ...weights, file: name } };
  throw new SavedLearnerUnreadableError(file, 'found no valid `weights`');
}

/** Turns the text that `file` has into a description, if all of it is right. */
export function parseDescription(file: string, text: string): LearnerDescription {
  const value = parseJson(file, text);
  if (!isRecord(value) || value['format'] !== SAVED_FORMAT)
    throw new SavedLearnerUnreadableError(file, 'found a file of another kind');
  if (value['formatVersion'] !== SAVED_FORMAT_VERSION) {
    const version = JSON.stringify(value['formatVersion']);
    const problem = `in format version ${SAVED_FORMAT_VERSION}, received version ${version}, which another release wrote`;
    throw new SavedLearnerUnreadableError(file, problem);
  }
  const wrong = Object.entries(CHECKS).find(([field, isRight]) => !isRight(value[field]));
  if (wrong !== undefined)
    throw new SavedLearnerUnreadableError(file, `found no valid \`${wrong[0]}\``);
  // Every field was checked above.
  const description = value as unknown as LearnerDescription;
  if (description.head.classes === description.vocab.length) return description;
  const problem =
    `found a head for ${description.head.classes} classes and a vocab of ` +
    String(description.vocab.length);
  throw new SavedLearnerUnreadableError(file, problem);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SavedLearnerUnreadableError(file, 'found no JSON', { cause });
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isString = (value: unknown): value is string => typeof value === 'string';

const isPositive = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

const isColour = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  libraryVersion: isString,
  architecture: isString,
  vocab: (value) =>
    Array.isArray(value) && value.every(isString) && new Set(value).size === value.length,
  preprocessing: (value) =>
    isRecord(value) &&
    isPositive(value['side']) &&
    isPositive(value['imageSize']) &&
    isColour(value['mean']) &&
    isColour(value['std']) &&
    value['std'].every((deviation) => deviation > 0),
  head: (value) =>
    isRecord(value) && ['features', 'hidden', 'classes'].every((name) => isPositive(value[name])),
  weights: (value) =>
    isRecord(value) &&
    isString(value['sha256']) &&
    /^[0-9a-f]{64}$/.test(value['sha256']) &&
    isPositive(value['bytes']),
};
