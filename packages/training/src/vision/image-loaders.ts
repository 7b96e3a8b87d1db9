import path from 'node:path';
import type { BatchSource, FrozenFeatures, Loaders } from '../data/batch.js';
import { DataLoader } from '../data/data-loader.js';
import type { Manifest } from '../data/manifest.js';
import { CHANNELS } from '../data/read-pixels.js';
import type { Sample } from '../data/sample.js';
import type { Split } from '../data/splits/split.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import { FeatureLoader, type FeatureShape } from '../features/feature-loader.js';
import { FeatureStore, type FeatureStoreOptions } from '../features/feature-store.js';
import { FeaturesLimit } from '../features/features-limit.js';
import type { AugmentOptions } from './augment/aug-transforms.js';
import type { PixelStatistics } from './batch-transforms.js';
import { presizeFor } from './files/presized.js';
import { imageLooks, type Look } from './image-looks.js';

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
  /**
   * Where features of a frozen body are kept, for models with a `cached` one. Without it, and with
   * `extra` transforms in `augment`, they are computed every time.
   */
  readonly featuresDir?: string;
  /**
   * What `featuresDir` may take: features that were not used for longest are removed. Those in use
   * stay, and may take more by themselves. @default 20e9
   */
  readonly featuresLimitBytes?: number;
}

/** Looks that a train image has in kept features. */
const VIEWS = 4;
/** Draws those looks: the same for every run, so that runs with other seeds find the same features. */
const VIEW_SEED = 42;

/**
 * The loaders of a dataset version, presized as in chapter 5 of the fast.ai book: squares that span
 * the short side (at a random place on train, the centre on valid) are read a little too large, and
 * augmented and cropped to the model's size as a batch.
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
  featuresDir,
  featuresLimitBytes = 20e9,
}: ImageLoadersOptions): Loaders {
  if (!(featuresLimitBytes > 0))
    throw new InvalidOptionError('featuresLimitBytes', featuresLimitBytes, 'a number above 0');
  const side = presizeFor(imageSize);
  const looks = imageLooks({ imagesDir, imageSize, statistics, augment });
  const preprocessing = { side, imageSize, mean: statistics.mean, std: statistics.std };
  const shared = { side, batchSize, seed, prefetch };
  const samplesOf = (wanted: Split) =>
    items.flatMap(({ hash, label, source }, item): Sample[] => {
      if (splits[item] !== wanted) return [];
      const classIndex = header.labels.indexOf(label);
      return [{ item, hash, source: path.join(header.root, source), classIndex }];
    });
  const samples = { train: samplesOf('train'), valid: samplesOf('valid') };
  const pixels = (look: Look) => (of: SourceOptions) =>
    new DataLoader({ ...shared, ...look, ...of });

  const frozen = (groups: FrozenFeatures, dir: string): Loaders => {
    const limit = new FeaturesLimit({ dir, mostBytes: featuresLimitBytes });
    const shape = featureShape(groups, imageSize);
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    const kept = (look: Look, views: number, drawn: object) => {
      const place = { dir, limit, length, fingerprint: groups.fingerprint };
      const store = openStore(place, { preprocessing, batchSize, ...drawn });
      return (of: SourceOptions) =>
        new FeatureLoader({ ...shared, ...look, ...of, views, store, groups, shape });
    };
    const plain = kept(looks.plain, 1, {});
    const trained =
      augment === false ? plain : kept(looks.trained(VIEW_SEED), VIEWS, { augment, VIEW_SEED });
    return { ...bothSplits(samples, { plain, trained }), preprocessing, vocab: header.labels };
  };
  const isKept = featuresDir !== undefined && !(augment && augment.extra?.length);
  return {
    ...bothSplits(samples, { plain: pixels(looks.plain), trained: pixels(looks.trained(seed)) }),
    ...(isKept && { frozen: (groups: FrozenFeatures) => frozen(groups, featuresDir) }),
    preprocessing,
    vocab: header.labels,
  };
}

interface SourceOptions {
  readonly samples: readonly Sample[];
  readonly shuffle?: boolean;
}

type MakeSource = (of: SourceOptions) => BatchSource;

function bothSplits(
  { train, valid }: Readonly<Record<Split, readonly Sample[]>>,
  { plain, trained }: { readonly plain: MakeSource; readonly trained: MakeSource },
) {
  return {
    train: trained({ samples: train, shuffle: true }),
    valid: plain({ samples: valid }),
    augmentedValid: trained({ samples: valid }),
    trainInOrder: plain({ samples: train }),
  };
}

/** What one image's features are shaped like, found out on a black one. */
function featureShape(groups: FrozenFeatures, imageSize: number): FeatureShape {
  const features = tf.tidy(() => groups.compute(tf.zeros([1, imageSize, imageSize, CHANNELS])));
  const [, height, width, channels] = features.shape;
  features.dispose();
  return [height, width, channels];
}

interface StorePlace extends Pick<FeatureStoreOptions, 'dir' | 'limit' | 'length'> {
  readonly fingerprint: string;
}

/** The features that frozen layer groups make of looks. Another engine or processor rounds otherwise. */
function openStore({ fingerprint, ...place }: StorePlace, looks: object): Promise<FeatureStore> {
  const opened = useNativeEngine().then((engine) =>
    FeatureStore.open({ ...place, recipe: { version: 3, fingerprint, engine, ...looks } }),
  );
  // A failure is thrown when its first batch is wanted; until then it must not count as unhandled.
  opened.catch(() => undefined);
  return opened;
}
