import type { Sharp } from 'sharp';

import type { Picture } from '../data/picture.js';
import type { Point } from './augment/projection.js';
import { fromPixels, type ImageSize, toPixels } from './files/decode.js';
import type { CropBox } from './random-resized-crop.js';

export interface ResizeItemOptions {
  /** Pixels along each side of the square. */
  readonly side: number;
  /**
   * How an image becomes a square: by the part that spans its short side, by giving up its shape, or
   * by what is put beside it. @default 'crop'
   */
  readonly method?: 'crop' | 'squish' | 'pad';
  /**
   * What `pad` puts there: the image mirrored, its last pixels, or black. torch mirrors about the
   * last pixels, this repeats them too. @default 'reflection'
   */
  readonly padMode?: 'reflection' | 'border' | 'zeros';
  /** Where along each axis the square lies: 0 at the start, 1 at the end. @default the middle */
  readonly position?: Point;
}

const MIDDLE: Point = { x: 0.5, y: 0.5 };
const EXTEND_WITH = { reflection: 'mirror', border: 'copy', zeros: 'background' } as const;
const BLACK = { r: 0, g: 0, b: 0 };
/** By how much validation images are larger than what is cut out of them, and the step of that. */
const MARGIN = 0.14;
const MARGIN_STEP = 8;

/** Makes a square of an image, as fastai's `Resize`: `side * side` times red, green, blue. */
export async function resizeItem(
  image: Picture,
  { side, method = 'crop', padMode = 'reflection', position = MIDDLE }: ResizeItemOptions,
): Promise<Uint8Array> {
  if (method === 'squish') return read(stretch(fromPixels(image), side, side));
  const box = squareBox(image, method, position);
  if (method === 'crop') return resizeCrop(image, box, side);
  const padded = await toPixels(
    fromPixels(image).extend({
      left: -box.left,
      top: -box.top,
      right: box.left + box.width - image.width,
      bottom: box.top + box.height - image.height,
      extendWith: EXTEND_WITH[padMode],
      background: BLACK,
    }),
  );
  return read(stretch(fromPixels(padded), side, side));
}

/** Resizes a rectangle of an image to a square: with `randomResizedCrop`'s, what train images are. */
export async function resizeCrop(
  image: Picture,
  { left, top, width, height }: CropBox,
  side: number,
): Promise<Uint8Array> {
  return read(stretch(fromPixels(image).extract({ left, top, width, height }), side, side));
}

/**
 * What fastai's `RandomResizedCrop` makes of valid images: the whole one squished to a square that is
 * 14 % larger, by steps of 8 pixels, and the middle of that.
 */
export async function squishAndCrop(image: Picture, side: number): Promise<Uint8Array> {
  const margin = squishMargin(side);
  const start = margin / 2;
  return read(
    stretch(fromPixels(image), side + margin, side + margin).extract({
      left: start,
      top: start,
      width: side,
      height: side,
    }),
  );
}

/** Pixels by which `squishAndCrop` squishes to more than `side`. */
export function squishMargin(side: number): number {
  return Math.ceil((side * MARGIN) / MARGIN_STEP) * MARGIN_STEP;
}

/** The square that spans the short side of an image, or for `pad` the long one and more than the image. */
export function squareBox(
  { width, height }: ImageSize,
  method: 'crop' | 'pad',
  { x, y }: Point,
): CropBox {
  const side = method === 'crop' ? Math.min(width, height) : Math.max(width, height);
  return {
    left: Math.trunc(x * (width - side)),
    top: Math.trunc(y * (height - side)),
    width: side,
    height: side,
  };
}

const stretch = (image: Sharp, width: number, height: number): Sharp =>
  image.resize(width, height, { fit: 'fill', kernel: 'linear' });

async function read(image: Sharp): Promise<Uint8Array> {
  return (await toPixels(image)).pixels;
}
