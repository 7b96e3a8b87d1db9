import sharp from 'sharp';
import { InvalidOptionError } from '../../errors.js';
import { heatColour } from '../../interpretation/colour-map.js';
import type { HeatMap } from '../../interpretation/heat-map.js';
import type { Picture } from '../../data/picture.js';

export interface OverlayOptions {
  /** How much of the picture the colours cover: 0 not at all, 1 all. @default 0.5 */
  readonly opacity?: number;
}

/**
 * Lays a heat map over the picture that it is about, stretched to its size and smoothed, in colours
 * that can be told apart with any kind of colour vision. Returns a new picture.
 */
export async function overlayHeatMap(
  { pixels, width, height }: Picture,
  heatMap: HeatMap,
  { opacity = 0.5 }: OverlayOptions = {},
): Promise<Picture> {
  if (!(opacity >= 0 && opacity <= 1))
    throw new InvalidOptionError('opacity', opacity, 'a number from 0 to 1');
  const levels = await stretch(heatMap, width, height);
  const colours = Array.from({ length: 256 }, (_, level) => heatColour(level / 255));
  const blended = new Uint8Array(pixels.length);
  for (const [pixel, level] of levels.entries()) {
    for (const [channel, colour] of colours[level]!.entries()) {
      const index = pixel * 3 + channel;
      blended[index] = Math.round((1 - opacity) * pixels[index]! + opacity * colour);
    }
  }
  return { pixels: blended, width, height };
}

/** The values as bytes, one a pixel of the larger grid. */
async function stretch(heatMap: HeatMap, width: number, height: number): Promise<Uint8Array> {
  const cells = Uint8Array.from(heatMap.values, (value) => Math.round(value * 255));
  return sharp(cells, { raw: { width: heatMap.width, height: heatMap.height, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
