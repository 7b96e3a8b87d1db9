import sharp from 'sharp';
import type { ItemTransform } from '../data/item-transform.js';
import { uniform } from '../data/random.js';
import { InvalidOptionError } from '../errors.js';
import { toPixels } from './decode.js';

const CENTRE = 0.5;

/**
 * Crops the square that spans the short side and resizes it to `side` pixels, as fastai's
 * `Resize(side)`: from a random place on train, another every epoch; from the centre on valid.
 */
export function resizeSquare(side: number): ItemTransform {
  if (!Number.isInteger(side) || side < 1)
    throw new InvalidOptionError('side', side, 'an integer of 1 or more');
  return async function resizeSquare({ pixels, width, height }, { seed, epoch, item, split }) {
    const position =
      split === 'train' ? uniform({ seed, purpose: 'item-crop', epoch, item }) : CENTRE;
    const short = Math.min(width, height);
    const square = {
      left: Math.floor(position * (width - short)),
      top: Math.floor(position * (height - short)),
      width: short,
      height: short,
    };
    return toPixels(
      sharp(pixels, { raw: { width, height, channels: 3 } })
        .extract(square)
        .resize(side, side, { fit: 'fill', kernel: 'linear' }),
    );
  };
}
