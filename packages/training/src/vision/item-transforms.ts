import type { ItemPlace, ItemTransform } from '../data/item-transform.js';
import { uniform, uniforms } from '../data/random.js';
import { InvalidOptionError } from '../errors.js';
import { randomResizedCrop, type RandomResizedCropOptions } from './random-resized-crop.js';
import { resizeCrop, resizeItem, type ResizeItemOptions, squishAndCrop } from './resize-item.js';

const CENTRE = 0.5;

/**
 * Makes squares of `side` pixels, as fastai's `Resize(side)`: at a random place along the long side on
 * train, another every epoch; in the middle on valid.
 */
export function resizeSquare(
  side: number,
  options: Pick<ResizeItemOptions, 'method' | 'padMode'> = {},
): ItemTransform {
  assertSide(side);
  return async function resizeSquare(picture, place) {
    const along = placeAlong(place);
    const position = { x: along, y: along };
    return square(await resizeItem(picture, { side, ...options, position }), side);
  };
}

/**
 * Makes squares of `side` pixels of a random part of each train image, another every epoch, and of
 * the middle of the whole, squished, on valid: fastai's `RandomResizedCrop(side)`.
 */
export function randomResizedSquare(
  side: number,
  options: Pick<RandomResizedCropOptions, 'minScale' | 'maxScale' | 'ratio'> = {},
): ItemTransform {
  assertSide(side);
  return async function randomResizedSquare(picture, { seed, epoch, item, split }) {
    if (split === 'valid') return square(await squishAndCrop(picture, side), side);
    const { width, height } = picture;
    const random = uniforms({ seed, purpose: 'item-crop', epoch, item });
    const box = randomResizedCrop({ width, height, ...options }, random);
    return square(await resizeCrop(picture, box, side), side);
  };
}

function placeAlong({ seed, epoch, item, split }: ItemPlace): number {
  return split === 'train' ? uniform({ seed, purpose: 'item-crop', epoch, item }) : CENTRE;
}

const square = (pixels: Uint8Array, side: number) => ({ pixels, width: side, height: side });

function assertSide(side: number): void {
  if (!Number.isInteger(side) || side < 1)
    throw new InvalidOptionError('side', side, 'an integer of 1 or more');
}
