import type { BatchTransform } from '../../data/batch-transform.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import { normalise, type PixelStatistics } from '../batch-transforms.js';
import type { Augmentation } from './aug-transforms.js';
import type { ExtraTransform, SeededPlace } from './extra-transform.js';
import { toProjection } from './geometry.js';
import { lightLogits, toLogits } from './lighting.js';
import { sampleProjected } from './sample-projected.js';

/**
 * Augments and normalises: what training sees. Everything that moves pixels, the crop to the model's
 * size included, is one map and one interpolation of the presized square; then come light, the
 * extra transforms and normalisation.
 */
export function augmentAndNormalise(
  imageSize: number,
  statistics: PixelStatistics,
  augmentation: Augmentation,
): BatchTransform {
  return (pixels, { epoch, items }) => {
    const place = { seed: augmentation.seed, epoch, items };
    const side = pixels.shape[1];
    const projections = items.map((item) =>
      toProjection(augmentation.geometryOf({ epoch, item }, side), side),
    );
    const sampled = sampleProjected(pixels, projections, imageSize);
    const lit = changeLight(tf.div(sampled, 255), augmentation, place);
    const coloured = applyExtra('unit', lit, { augmentation, place });
    return applyExtra('normalised', normalise(coloured, statistics), { augmentation, place });
  };
}

/** Values from 0 to 1, in and out. */
function changeLight(x: Tensor4D, augmentation: Augmentation, place: SeededPlace): Tensor4D {
  const { changesLight, extra } = augmentation;
  if (!changesLight && extra.every(({ space }) => space !== 'logits')) return x;
  return tf.tidy(() => {
    const draws = place.items.map((item) => augmentation.lightingOf({ epoch: place.epoch, item }));
    const logits = lightLogits(toLogits(x), draws);
    return tf.sigmoid(applyExtra('logits', logits, { augmentation, place }));
  });
}

function applyExtra(
  wanted: ExtraTransform['space'],
  x: Tensor4D,
  { augmentation, place }: { augmentation: Augmentation; place: SeededPlace },
): Tensor4D {
  return tf.tidy(() =>
    augmentation.extra
      .filter(({ space }) => space === wanted)
      .reduce((changed, { apply }) => apply(changed, place), x),
  );
}
