import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import { writeAtomically } from '../../data/write-atomically.js';
import { type ImageSize, openWithSize, orUnreadable, presizedSize } from './decode.js';
import { ImageMissingError } from './image-errors.js';
import { readOriginal } from './read-original.js';

/** What an import notes of an original. */
export interface ImportedImage {
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Size of the file. */
  readonly bytes: number;
}

export interface ImportImageOptions {
  /** The original. */
  readonly path: string;
  /** Folder of presized copies. */
  readonly imagesDir: string;
  /** Short side of the copy to make, in pixels: `presizeFor` of the size to train at. */
  readonly side: number;
}

export interface PresizedOptions {
  /** Folder of presized copies. */
  readonly dir: string;
  /** SHA-256 of the original's bytes, hex. */
  readonly hash: string;
  /** Short side of the copy, in pixels. */
  readonly side: number;
  /** Path of the original, read only where the copy is missing. */
  readonly source: string;
}

/** Room around the crop to train on: the book presizes further than it crops. */
const PRESIZE_RATIO = 8 / 7;
const PRESIZE_STEP = 32;
/** Copies are the training data: no colour is thinned out, little is lost, and a tenth of the disk buys a third of the time. */
const COPY_FORMAT = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false } as const;

/** Short side of presized copies for training at `imageSize`: 8/7 of it, rounded up to a multiple of 32. */
export function presizeFor(imageSize: number): number {
  return Math.ceil((imageSize * PRESIZE_RATIO) / PRESIZE_STEP) * PRESIZE_STEP;
}

/** Where the copy of an image with short side `side` is kept. */
export function presizedPath(dir: string, hash: string, side: number): string {
  return path.join(dir, hash.slice(0, 2), `${hash}-${side}.jpg`);
}

/**
 * Takes in an original: reads it once, decodes it to its end, and keeps a presized copy. Throws an
 * `ImageUnreadableError` for a file that is no whole image. A copy that is there already proves
 * that these bytes were decoded before.
 */
export async function importImage({
  path: original,
  imagesDir,
  side,
}: ImportImageOptions): Promise<ImportedImage> {
  const bytes = await readOriginal(original);
  const hash = sha256(bytes);
  const { image, size } = await openWithSize(bytes, original);
  const copy = presizedPath(imagesDir, hash, side);
  if (!(await isFilled(copy))) {
    await writeAtomically(copy, await encodeCopy(image, original, presizedSize(size, side)));
  }
  return { hash, width: size.width, height: size.height, bytes: bytes.length };
}

/** The path of a presized copy, which is made from the original if it is not there. */
export async function ensurePresized({
  dir,
  hash,
  side,
  source,
}: PresizedOptions): Promise<string> {
  const copy = presizedPath(dir, hash, side);
  if (await isFilled(copy)) return copy;
  const bytes = await readOriginal(source).catch((cause: unknown) => {
    throw new ImageMissingError(source, 'no readable file', { cause });
  });
  if (sha256(bytes) !== hash) throw new ImageMissingError(source, 'a file with other content');
  await writeAtomically(copy, await presizedCopy(bytes, source, side));
  return copy;
}

/**
 * The bytes of a presized copy: what a model sees of an image, in training and after. `name` is what
 * an error calls the image.
 */
export async function presizedCopy(
  bytes: Uint8Array,
  name: string,
  side: number,
): Promise<Uint8Array> {
  const { image, size } = await openWithSize(bytes, name);
  return encodeCopy(image, name, presizedSize(size, side));
}

function encodeCopy(image: Sharp, name: string, size: ImageSize): Promise<Uint8Array> {
  return orUnreadable(name, () =>
    image
      .resize({ ...size, fit: 'cover', kernel: 'linear' })
      .jpeg(COPY_FORMAT)
      .toBuffer(),
  );
}

/** A copy of no bytes is what a power cut leaves. */
async function isFilled(file: string): Promise<boolean> {
  return stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
