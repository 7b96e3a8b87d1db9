import { type ImportedImage, importImage, TrainingError } from '@whetstone/training';
import type { DatasetProblem } from './dataset-store.js';
import type { LabelledFile } from './label-files.js';

export interface ReadImage extends LabelledFile, ImportedImage {}

export interface ReadImagesOptions {
  readonly imagesDir: string;
  /** Short side of the presized copies, in pixels. */
  readonly side: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onDone: (count: number) => void;
}

/** Reads images several at a time, in order; those that cannot be read become problems. */
export async function readImages(
  files: readonly LabelledFile[],
  { imagesDir, side, concurrency, signal, onDone }: ReadImagesOptions,
): Promise<{ images: readonly ReadImage[]; problems: readonly DatasetProblem[] }> {
  const results = new Array<ReadImage | DatasetProblem>(files.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < files.length) {
      signal.throwIfAborted();
      const index = next;
      next += 1;
      results[index] = await readImage(files[index]!, { imagesDir, side });
      done += 1;
      onDone(done);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return {
    images: results.filter((result) => 'hash' in result),
    problems: results.filter((result) => 'code' in result),
  };
}

async function readImage(
  file: LabelledFile,
  options: { imagesDir: string; side: number },
): Promise<ReadImage | DatasetProblem> {
  try {
    return { ...file, ...(await importImage({ path: file.file, ...options })) };
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    return { path: file.source, code: error.code, message: error.message };
  }
}
