import { TrainingError } from '../../errors.js';
import type { ItemProblem } from '../items/read-items.js';

/** A picture with the file it is of. */
export interface SizedFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

/** Of all files, none can be read and labelled. */
export class NoReadableItemsError extends TrainingError {
  override readonly name = 'NoReadableItemsError';
  readonly code = 'NO_IMAGES';
  readonly problems: readonly ItemProblem[];

  constructor(problems: readonly ItemProblem[]) {
    const first = problems[0]?.message ?? 'there is no file';
    super(
      `Expected files that can be read and labelled, received ${problems.length} of which none ` +
        `can. The first: ${first}`,
    );
    this.problems = problems;
  }
}

/** Pictures cannot be put into one batch. */
export class UnequalSizesError extends TrainingError {
  override readonly name = 'UnequalSizesError';
  readonly code = 'SHAPE_MISMATCH';
  readonly file: string;

  constructor(picture: SizedFile, first: SizedFile) {
    const others = picture.file === first.file ? '' : ` beside ${sized(first)}`;
    super(
      'Expected squares of one size to make a batch of, received ' +
        `${sized(picture)}${others}. Add a resizing item transform, such as \`resizeSquare(256)\``,
    );
    this.file = picture.file;
  }
}

const sized = ({ file, width, height }: SizedFile) => `${file} of ${width} × ${height} pixels`;
