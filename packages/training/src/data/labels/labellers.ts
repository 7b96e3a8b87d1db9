import path from 'node:path';
import { InvalidOptionError, TrainingError } from '../../errors.js';
import type { Split } from '../splits/split.js';

/** Gives the label of an image file. Throws a `TrainingError` where it knows none. */
export type Labeller = (file: string) => string;

/** A file says nothing that its label could be taken from. */
export class LabelNotFoundError extends TrainingError {
  override readonly name = 'LabelNotFoundError';
  readonly code = 'LABEL_NOT_FOUND';
  readonly file: string;

  constructor(file: string, expected: string, remedy: string) {
    super(`Expected ${expected}, received ${file}. ${remedy}`);
    this.file = file;
  }
}

/** The label of an image that is sorted into folders: the name of the folder that holds it. */
export function parentLabel(file: string): string {
  return path.basename(path.dirname(file));
}

export interface PatternLabelOptions {
  /** Whether the pattern sees the file's name or its whole path. @default 'name' */
  readonly on?: 'name' | 'path';
}

/**
 * Takes labels from what the first group of a pattern matches, anywhere in the name: the chapter's
 * `patternLabel(/(.+)_\d+\.jpg$/)` makes `great_pyrenees` of `great_pyrenees_173.jpg`. Backslashes
 * are turned to slashes first, so that one pattern does on every system.
 */
export function patternLabel(pattern: RegExp, { on = 'name' }: PatternLabelOptions = {}): Labeller {
  const groups = new RegExp(`${pattern.source}|`, pattern.flags).exec('')!.length - 1;
  if (groups < 1) {
    const expected = 'a pattern with a group in parentheses around the label';
    throw new InvalidOptionError('pattern', pattern, expected);
  }
  // A global or sticky pattern would go on where it last matched.
  const search = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (file) => {
    const slashed = file.replaceAll('\\', '/');
    const text = on === 'name' ? path.posix.basename(slashed) : slashed;
    const label = search.exec(text)?.[1];
    if (label !== undefined && label !== '') return label;
    throw new LabelNotFoundError(
      text,
      `a ${on === 'name' ? 'file name' : 'path'} whose label ${String(pattern)} matches`,
      'Change the pattern, or rename the file or take it out',
    );
  };
}

export interface GrandparentOptions {
  /** @default 'train' */
  readonly train?: string;
  /** @default 'valid' */
  readonly valid?: string;
}

/** The side of the split that the folder above the label's names (`train/cat/1.jpg`), or null. */
export function grandparentSplit(
  file: string,
  { train = 'train', valid = 'valid' }: GrandparentOptions = {},
): Split | null {
  const name = path.basename(path.dirname(path.dirname(file)));
  if (name === train) return 'train';
  return name === valid ? 'valid' : null;
}
