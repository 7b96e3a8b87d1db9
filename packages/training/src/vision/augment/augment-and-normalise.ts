import type { BatchTransform } from '../../data/batch-transform.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import { normalise, type PixelStatistics } from '../batch-transforms.js';
import type { Augmentation } from './aug-transforms.js';
import type { ExtraTransform, SeededPlace } from './extra-transform.js';
import { lightLogits, toLogits } from './lighting.js';
import { sampleMoved } from './sample-moved.js';

/**
 * Augments and normalises: what training sees. Everything that moves pixels is one map and one
 * interpolation of the presized square, the crop to the model's size included or, with
 * `cropsApart`, in a second one; then come light, the extra transforms and normalisation.
 */
export function augmentAndNormalise(
  imageSize: number,
  statistics: PixelStatistics,
  augmentation: Augmentation,
): BatchTransform {
  return (pixels, { epoch, items }) => {
    const place = { seed: augmentation.seed, epoch, items };
    const side = pixels.shape[1];
    const draws = items.map((item) => augmentation.geometryOf({ epoch, item }, side));
    const { cropsApart } = augmentation;
    const sampled = sampleMoved(pixels, draws, { size: imageSize, cropsApart });
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
