import type { DataLoaderOptions } from '../data/data-loader.js';
import { uniform } from '../data/random.js';
import type { Sample } from '../data/sample.js';
import { type AugmentOptions, augTransforms } from './augment/aug-transforms.js';
import { augmentAndNormalise } from './augment/augment-and-normalise.js';
import { type PixelStatistics, resizeAndNormalise } from './batch-transforms.js';
import { ensurePresized, presizeFor } from './files/presized.js';
import { readSquare } from './files/read-square.js';
import { MIN_SCALE } from './presizing.js';

/** How samples are read and made inputs. */
export type Look = Pick<DataLoaderOptions, 'readPixels' | 'transform'>;

export interface ImageLooksOptions {
  readonly imagesDir: string;
  readonly imageSize: number;
  readonly statistics: PixelStatistics;
  readonly augment: false | AugmentOptions;
}

export interface ImageLooks {
  /** What is judged: the square in the middle. */
  readonly plain: Look;
  /** What is learned from: a square at a random place, augmented, by draws from `seed`. */
  readonly trained: (seed: number) => Look;
}

const CENTRE = 0.5;

/** How presized images look on both sides of a split, as in chapter 5 of the fast.ai book. */
export function imageLooks({
  imagesDir,
  imageSize,
  statistics,
  augment,
}: ImageLooksOptions): ImageLooks {
  const readAt = squareReader(imagesDir, presizeFor(imageSize));
  const plain: Look = {
    readPixels: (sample) => readAt(sample, CENTRE),
    transform: resizeAndNormalise(imageSize, statistics),
  };
  if (augment === false) return { plain, trained: () => plain };
  const trained = (seed: number): Look => ({
    readPixels: (sample, epoch) =>
      readAt(sample, uniform({ seed, purpose: 'item-crop', epoch, item: sample.item })),
    transform: augmentAndNormalise(
      imageSize,
      statistics,
      augTransforms({ seed, minScale: MIN_SCALE, ...augment }),
    ),
  });
  return { plain, trained };
}

/** Reads squares from presized copies; looks only once whether a copy is there. */
function squareReader(dir: string, side: number) {
  const files = new Map<string, string>();
  return async ({ hash, source }: Sample, position: number): Promise<Uint8Array> => {
    const file = files.get(hash) ?? (await ensurePresized({ dir, hash, side, source }));
    files.set(hash, file);
    return readSquare({ file, side, position });
  };
}
