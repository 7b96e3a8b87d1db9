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

/** A learner of EfficientNet-Lite0 on the row's photos, which are presized in `imagesDir`. All its weights are drawn. */
export async function photoLearner(
  { photos }: Inputs,
  imagesDir = photosOf(photos).imagesDir,
): Promise<{ learner: Learner; versions: Readonly<Record<string, string>> }> {
  const { tensorflow } = await useNativeEngine();
  const architecture = architectureOf(ARCHITECTURE);
  const loaders = imageLoaders({
    manifest: await readManifest(photosOf(photos).manifestFile),
    imagesDir,
    imageSize: IMAGE_SIZE,
    statistics: architecture,
  });
  const learner = await visionLearner(loaders, { architecture, weights: null });
  return { learner, versions: { tensorflow } };
}

/** The photos of a row that needs some. */
export function photosOf(photos: Inputs['photos']): NonNullable<Inputs['photos']> {
  if (photos === null) throw new Error('Expected a row with `needsPhotos`, received one without');
  return photos;
}
