import path from 'node:path';
import type { Loaders } from '../data/batch.js';
import { DataLoader } from '../data/data-loader.js';
import type { Manifest } from '../data/manifest.js';
import { uniform } from '../data/random.js';
import type { Sample } from '../data/sample.js';
import type { Split } from '../data/splits/split.js';
import { type AugmentOptions, augTransforms } from './augment/aug-transforms.js';
import { augmentAndNormalise } from './augment/augment-and-normalise.js';
import { type PixelStatistics, resizeAndNormalise } from './batch-transforms.js';
import { ensurePresized, presizeFor } from './files/presized.js';
import { MIN_SCALE } from './presizing.js';
import { readSquare } from './files/read-square.js';

export interface ImageLoadersOptions {
  readonly manifest: Manifest;
  /** Folder of presized copies; missing ones are made from the originals. */
  readonly imagesDir: string;
  /** Width and height of the model's inputs. */
  readonly imageSize: number;
  /** What the model's inputs are normalised with. */
  readonly statistics: PixelStatistics;
  /** @default 32 */
  readonly batchSize?: number;
  /** Draws order, the items' places and, unless `augment` has a seed of its own, the augmentation. @default 42 */
  readonly seed?: number;
  /** One side for each item, in place of the manifest's own split. */
  readonly splits?: readonly Split[];
  /**
   * What happens to train images, beside fastai's defaults: here `minScale` is 0.75, as in chapter 5
   * of the fast.ai book. With `false`, they look as valid ones do.
   * @default {}
   */
  readonly augment?: false | AugmentOptions;
  /** Batches read beside the one in use. @default 2 */
  readonly prefetch?: number;
}

const CENTRE = 0.5;

/**
 * The loaders of a dataset version, presized as in chapter 5 of the fast.ai book: squares that span
 * the short side (at a random place on train, the centre on valid) are read a little too large, and
 * augmented and cropped to the model's size as a batch, in one interpolation.
 */
export function imageLoaders({
  manifest: { header, items },
  imagesDir,
  imageSize,
  statistics,
  batchSize = 32,
  seed = 42,
  splits = items.map(({ split }) => split),
  augment = {},
  prefetch = 2,
}: ImageLoadersOptions): Loaders {
  const side = presizeFor(imageSize);
  const readAt = squareReader(imagesDir, side);
  const samplesOf = (wanted: Split) =>
    items.flatMap(({ hash, label, source }, item): Sample[] => {
      if (splits[item] !== wanted) return [];
      const classIndex = header.labels.indexOf(label);
      return [{ item, hash, source: path.join(header.root, source), classIndex }];
    });
  const centred = {
    readPixels: (sample: Sample) => readAt(sample, CENTRE),
    transform: resizeAndNormalise(imageSize, statistics),
  };
  const augmented = (options: AugmentOptions) => ({
    readPixels: (sample: Sample, epoch: number) =>
      readAt(sample, uniform({ seed, purpose: 'item-crop', epoch, item: sample.item })),
    transform: augmentAndNormalise(
      imageSize,
      statistics,
      augTransforms({ seed, minScale: MIN_SCALE, ...options }),
    ),
  });
  const shared = { side, batchSize, seed, prefetch };
  const trained = augment === false ? centred : augmented(augment);
  return {
    train: new DataLoader({ ...shared, ...trained, samples: samplesOf('train'), shuffle: true }),
    valid: new DataLoader({ ...shared, ...centred, samples: samplesOf('valid') }),
    augmentedValid: new DataLoader({ ...shared, ...trained, samples: samplesOf('valid') }),
    trainInOrder: new DataLoader({ ...shared, ...centred, samples: samplesOf('train') }),
    preprocessing: { side, imageSize, mean: statistics.mean, std: statistics.std },
    vocab: header.labels,
  };
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
