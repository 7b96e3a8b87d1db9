import { TrainingError } from '../../errors.js';

/** A file that was to be an image cannot be decoded to its end. */
export class ImageUnreadableError extends TrainingError {
  override readonly name = 'ImageUnreadableError';
  readonly code = 'IMAGE_UNREADABLE';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(
      `Expected a whole JPEG, PNG, WebP, GIF, TIFF or AVIF image at ${path}, received: ${reason}. ` +
        'Replace the file or take it out',
      { cause },
    );
    this.path = path;
    this.reason = reason;
  }
}

/** A presized copy is to be made, and the original is gone or is another image now. */
export class ImageMissingError extends TrainingError {
  override readonly name = 'ImageMissingError';
  readonly code = 'IMAGE_MISSING';
  readonly path: string;

  constructor(path: string, found: string, options?: ErrorOptions) {
    super(
      `Expected the original image at ${path} as it was imported, found ${found}. ` +
        'Put it back, or import the dataset again',
      options,
    );
    this.path = path;
  }
}

/** What the decoder says of some files that it can make nothing of. */
const NO_REASON = 'Unknown error';

/** The first line of what a decoder or the file system says, without a full stop. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = message
    .trim()
    .split('\n', 1)[0]!
    .replace(/[\s.:]+$/, '');
  return reason === NO_REASON ? 'a picture that is cut off or damaged' : reason;
}
