import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Preprocessing } from '../data/batch.js';
import { TrainingError } from '../errors.js';

/** What stands beside the weights of a saved learner: data only, so that loading runs no code. */
export interface SavedLearner {
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
  readonly weights: SavedWeights;
}

/** The file with the weights: a safetensors file in the same folder. */
export interface SavedWeights {
  readonly file: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A saved learner is missing, cut off, changed, or of another format version. */
export class SavedLearnerUnreadableError extends TrainingError {
  override readonly name = 'SavedLearnerUnreadableError';
  readonly code = 'SAVED_LEARNER_UNREADABLE';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `Expected a part of a saved learner at ${file}, ${problem}. ` +
        'Save the learner again, or copy its whole folder again',
      options,
    );
    this.file = file;
  }
}

export const SAVED_FORMAT = 'whetstone-learner';
export const SAVED_FORMAT_VERSION = 1;

/** Where the description of a learner is in its folder. */
export const savedLearnerFile = (folder: string): string => path.join(folder, 'learner.json');

/** Reads the description of a saved learner and checks all of it. */
export async function readSavedLearner(folder: string): Promise<SavedLearner> {
  const file = savedLearnerFile(folder);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SavedLearnerUnreadableError(file, 'found no readable file', { cause });
  });
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
  const saved = value as unknown as SavedLearner;
  if (saved.head.classes === saved.vocab.length) return saved;
  const problem = `found a head for ${saved.head.classes} classes and a vocab of ${saved.vocab.length}`;
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
    // A name and no path: nothing outside the folder is ever read.
    isString(value['file']) &&
    /^[\w-]+\.safetensors$/.test(value['file']) &&
    isString(value['sha256']) &&
    /^[0-9a-f]{64}$/.test(value['sha256']) &&
    isPositive(value['bytes']),
};
