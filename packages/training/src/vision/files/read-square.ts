import type { Picture } from '../../data/picture.js';
import { openImage, orUnreadable, toPixels } from './decode.js';

export interface ReadSquareOptions {
  /** A presized copy. */
  readonly file: string;
  /** Its bytes, where the copy is not on disk; `file` is then only what an error calls it. */
  readonly bytes?: Uint8Array;
  /** Pixels along each side of the square. */
  readonly side: number;
  /** Where along the long side the square lies: 0 at the start, 0.5 in the middle, 1 at the end. */
  readonly position: number;
}

/**
 * Reads the square that spans the whole short side of an image: `side * side` times red, green,
 * blue. Resizes only an image that is not presized to `side`.
 */
export async function readSquare({
  file,
  bytes,
  side,
  position,
}: ReadSquareOptions): Promise<Uint8Array> {
  const image = await orUnreadable(file, () =>
    toPixels(openImage(bytes ?? file).resize(side, side, { fit: 'outside' })),
  );
  return cropSquare(image, side, position);
}

function cropSquare({ pixels, width, height }: Picture, side: number, position: number) {
  const left = Math.floor(position * (width - side));
  const top = Math.floor(position * (height - side));
  if (width === side) return pixels.subarray(top * side * 3, (top + side) * side * 3);
  const square = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    const start = ((top + row) * width + left) * 3;
    square.set(pixels.subarray(start, start + side * 3), row * side * 3);
  }
  return square;
}
