import path from 'node:path';
import { grandparentSplit, parentLabel, type Split } from '@whetstone/training';
import type { DatasetProblem, LabelRule } from './dataset-store.js';

/** An image file with what its place says about it. */
export interface LabelledFile {
  readonly file: string;
  /** Path below the root, with forward slashes. */
  readonly source: string;
  readonly label: string;
  /** Null: a random split decides. */
  readonly split: Split | null;
}

export interface LabelledFiles {
  readonly files: readonly LabelledFile[];
  /** What was left out and why. */
  readonly problems: readonly DatasetProblem[];
}

/** Reads label and split of every file off its place below `root`. */
export function labelFiles(root: string, files: readonly string[], rule: LabelRule): LabelledFiles {
  const labelled: LabelledFile[] = [];
  const problems: DatasetProblem[] = [];
  for (const file of files) {
    const source = path.relative(root, file).split(path.sep).join('/');
    const problem = misplaced(source, rule);
    if (problem === undefined) {
      const split = rule === 'grandparent-split' ? grandparentSplit(file) : null;
      labelled.push({ file, source, label: parentLabel(file), split });
    } else {
      problems.push(problem);
    }
  }
  return { files: labelled, problems };
}

function misplaced(source: string, rule: LabelRule): DatasetProblem | undefined {
  if (!source.includes('/')) {
    return {
      path: source,
      code: 'NOT_IN_A_CLASS',
      message:
        'Expected images in one subfolder a class, found this one in the dataset’s folder itself. It was left out; move it into the folder of its class',
    };
  }
  if (rule === 'grandparent-split' && grandparentSplit(source) === null) {
    return {
      path: source,
      code: 'NOT_IN_A_SPLIT',
      message:
        'Expected images in train/<class>/ or valid/<class>/, found this one elsewhere. It was left out; move it, or import with the rule PARENT_FOLDER',
    };
  }
  return undefined;
}

/** Why these labels cannot be learned, or undefined. */
export function unlearnable(labels: ReadonlySet<string>): DatasetProblem | undefined {
  if (labels.size >= 2) return undefined;
  const found = labels.size === 0 ? 'none' : `only "${[...labels].join('')}"`;
  return {
    path: '.',
    code: 'TOO_FEW_CLASSES',
    message: `Expected images of two classes or more, one subfolder a class, found ${found}. Give the folder above the folders of the classes`,
  };
}
