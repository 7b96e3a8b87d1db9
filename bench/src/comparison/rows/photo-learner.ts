import {
  architecture as architectureOf,
  imageLoaders,
  type Learner,
  readManifest,
  useNativeEngine,
  visionLearner,
} from '@whetstone/training';
import type { Inputs } from '../row.js';
import { IMAGE_SIZE } from './synthetic.js';

const ARCHITECTURE = 'tf_efficientnet_lite0';

export interface Kept {
  /** Presized copies. @default those of the row's photos */
  readonly imagesDir?: string;
  /** Features of the frozen body, which is then a cached one. @default none */
  readonly featuresDir?: string;
}

/** A learner of EfficientNet-Lite0 on the row's photos. All its weights are drawn. */
export async function photoLearner(
  { photos }: Inputs,
  { imagesDir = photosOf(photos).imagesDir, featuresDir }: Kept = {},
): Promise<{ learner: Learner; versions: Readonly<Record<string, string>> }> {
  const { tensorflow } = await useNativeEngine();
  const architecture = architectureOf(ARCHITECTURE);
  const loaders = imageLoaders({
    manifest: await readManifest(photosOf(photos).manifestFile),
    imagesDir,
    imageSize: IMAGE_SIZE,
    statistics: architecture,
    ...(featuresDir !== undefined && { featuresDir }),
  });
  const frozenBody = featuresDir === undefined ? 'live' : 'cached';
  const learner = await visionLearner(loaders, { architecture, weights: null, frozenBody });
  return { learner, versions: { tensorflow } };
}

/** The photos of a row that needs some. */
export function photosOf(photos: Inputs['photos']): NonNullable<Inputs['photos']> {
  if (photos === null) throw new Error('Expected a row with `needsPhotos`, received one without');
  return photos;
}
