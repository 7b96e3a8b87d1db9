import { fillUniforms, uniforms } from '../../data/random.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import type { ImageSize } from '../files/decode.js';
import type { CropBox } from '../random-resized-crop.js';
import type { ExtraTransform, SeededPlace } from './extra-transform.js';
import { assertWithin } from './option-ranges.js';

export interface RandomErasingOptions {
  /** Share of images that are touched. @default 0.5 */
  readonly share?: number;
  /** Smallest share of the area to erase. @default 0 */
  readonly minArea?: number;
  /** Largest share of the area to erase. @default 0.3 */
  readonly maxArea?: number;
  /** Narrowest ratio of sides, and the widest one's inverse. @default 0.3 */
  readonly minAspect?: number;
}

const CHANNELS = 3;
const MIN_ASPECT = 0.01;

/**
 * Puts normal noise over a rectangle of the normalised image (Zhong et al., "Random erasing data
 * augmentation", 2017). fastai draws one rectangle for a whole batch; here each image has its own.
 */
export function randomErasing({
  share = 0.5,
  minArea = 0,
  maxArea = 0.3,
  minAspect = 0.3,
}: RandomErasingOptions = {}): ExtraTransform {
  assertWithin('share', share);
  assertWithin('maxArea', maxArea);
  assertWithin('minArea', minArea, { to: maxArea });
  assertWithin('minAspect', minAspect, { from: MIN_ASPECT });
  const options = { share, minArea, maxArea, minAspect };
  return {
    space: 'normalised',
    apply: (x, place) => {
      const [batch, height, width] = x.shape;
      const keep = new Float32Array(batch * height * width).fill(1);
      const noise = new Float32Array(batch * height * width * CHANNELS);
      for (const [row, item] of place.items.entries()) {
        const random = uniforms({ ...drawAt(place, item), purpose: 'erase' });
        const box = eraseBox({ ...options, width, height }, random);
        if (box === null) continue;
        const normals = drawNormals(box.width * box.height * CHANNELS, place, item);
        for (let line = 0; line < box.height; line += 1) {
          const start = (row * height + box.top + line) * width + box.left;
          const from = line * box.width * CHANNELS;
          keep.fill(0, start, start + box.width);
          noise.set(normals.subarray(from, from + box.width * CHANNELS), start * CHANNELS);
        }
      }
      return erase(x, keep, noise);
    },
  };
}

/** The rectangle to erase, or none for an image left alone. */
export function eraseBox(
  { share, minArea, maxArea, minAspect, width, height }: Required<RandomErasingOptions> & ImageSize,
  random: () => number,
): CropBox | null {
  if (random() >= share) return null;
  const area = (minArea + random() * (maxArea - minArea)) * width * height;
  const aspect = minAspect ** (1 - 2 * random());
  const boxHeight = Math.min(Math.round(Math.sqrt(area * aspect)), height);
  const boxWidth = Math.min(Math.round(Math.sqrt(area / aspect)), width);
  return {
    top: Math.floor(random() * (height - boxHeight + 1)),
    left: Math.floor(random() * (width - boxWidth + 1)),
    width: boxWidth,
    height: boxHeight,
  };
}

function erase(x: Tensor4D, keep: Float32Array, noise: Float32Array): Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width] = x.shape;
    const kept = tf.mul(x, tf.tensor4d(keep, [batch, height, width, 1]));
    return tf.add(kept, tf.tensor4d(noise, x.shape));
  });
}

/** Normally distributed numbers, by Box and Muller's transform of even ones. */
function drawNormals(count: number, place: SeededPlace, item: number): Float32Array {
  const even = new Float32Array(2 * count);
  fillUniforms(even, { ...drawAt(place, item), purpose: 'erase-noise' });
  return Float32Array.from({ length: count }, (_, index) => {
    const radius = Math.sqrt(-2 * Math.log(1 - even[2 * index]!));
    return radius * Math.cos(2 * Math.PI * even[2 * index + 1]!);
  });
}

const drawAt = ({ seed, epoch }: SeededPlace, item: number) => ({ seed, epoch, item });
