/** A rectangle of an image, in pixels. */
export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface RandomResizedCropOptions {
  readonly width: number;
  readonly height: number;
  /** Smallest share of the area to keep. @default 0.08 */
  readonly minScale?: number;
  /** Largest share of the area to keep. @default 1 */
  readonly maxScale?: number;
  /** Narrowest and widest ratio of width to height. @default [3/4, 4/3] */
  readonly ratio?: readonly [number, number];
}

/** How often a draw that does not fit is repeated. */
const TRIES = 10;

/**
 * Draws a rectangle of random area, shape and place, as fastai's `RandomResizedCrop` does for train
 * images. Ten draws that do not fit give the largest centred rectangle of an allowed shape.
 */
export function randomResizedCrop(
  {
    width,
    height,
    minScale = 0.08,
    maxScale = 1,
    ratio: [narrowest, widest] = [3 / 4, 4 / 3],
  }: RandomResizedCropOptions,
  random: () => number,
): CropBox {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const area = (minScale + random() * (maxScale - minScale)) * width * height;
    const ratio = narrowest * (widest / narrowest) ** random();
    const cropWidth = Math.round(Math.sqrt(area * ratio));
    const cropHeight = Math.round(Math.sqrt(area / ratio));
    if (cropWidth <= width && cropHeight <= height) {
      return {
        left: Math.floor(random() * (width - cropWidth + 1)),
        top: Math.floor(random() * (height - cropHeight + 1)),
        width: cropWidth,
        height: cropHeight,
      };
    }
  }
  const cropWidth = Math.min(width, Math.round(height * widest));
  const cropHeight = Math.min(height, Math.round(width / narrowest));
  return {
    left: Math.floor((width - cropWidth) / 2),
    top: Math.floor((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
}
