import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../../data/picture.js';
import { ImageUnreadableError } from './image-errors.js';

// Everything that reads files passes here first, so that nothing but plain pictures is ever opened:
// no SVG, which may draw anything, and none of the decoder's exotic formats.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map(
    (format) => `VipsForeignLoad${format}`,
  ),
});

/** A picture of more pixels is refused: it would take gigabytes to decode. */
const MAX_PIXELS = 2 ** 28;

/** Longer pictures lose their ends when they are resized, lest a thin strip become a huge one. */
const MAX_ASPECT = 8;

const WHITE = '#ffffff';

/** What a picture's header says. */
export interface ImageSize {
  /** After EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes an image to 8-bit sRGB: turned as its EXIF data says, transparency on white, the first
 * frame of animations. `name` is what an error calls the image.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Picture> {
  return orUnreadable(name, () => toPixels(openImage(bytes)));
}

/** Opens an image and reads its header; the picture is not decoded yet. */
export async function openWithSize(
  bytes: Uint8Array,
  name: string,
): Promise<{ readonly image: Sharp; readonly size: ImageSize }> {
  return orUnreadable(name, async () => {
    const image = openImage(bytes);
    const { autoOrient } = await image.metadata();
    return { image, size: autoOrient };
  });
}

/** Opens an image, given as its bytes or as a file's path, as an 8-bit sRGB picture the right way up. */
export function openImage(source: Uint8Array | string): Sharp {
  // "error" also catches cut-off files; "warning" would refuse photos that every viewer shows.
  return sharp(source, { failOn: 'error', limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .flatten({ background: WHITE })
    .toColourspace('srgb');
}

/** The size at which the short side has `side` pixels. */
export function presizedSize({ width, height }: ImageSize, side: number): ImageSize {
  const scale = side / Math.min(width, height);
  const fit = (length: number) => Math.min(Math.round(length * scale), side * MAX_ASPECT);
  return { width: fit(width), height: fit(height) };
}

/** Takes decoded pixels up again, to resize or crop them. */
export function fromPixels({ pixels, width, height }: Picture): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export async function toPixels(image: Sharp): Promise<Picture> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** Runs `work` and says which image it was about if it fails. */
export async function orUnreadable<Result>(
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ImageUnreadableError(name, cause);
  }
}
