import sharp from 'sharp';
import type { Picture } from '../../data/picture.js';
import { InvalidOptionError } from '../../errors.js';

export interface ContactSheetOptions {
  /** @default as many as make a sheet a little wider than high, as fastai's grid: ceil(n / floor(sqrt(n))) */
  readonly columns?: number;
  /** White pixels around every picture. @default 2 */
  readonly gap?: number;
}

/** Puts pictures side by side, row by row, and gives the bytes of a PNG file. Cells are as large as the largest picture. */
export async function toContactSheet(
  pictures: readonly Picture[],
  {
    columns = Math.ceil(pictures.length / Math.floor(Math.sqrt(pictures.length))),
    gap = 2,
  }: ContactSheetOptions = {},
): Promise<Buffer> {
  if (pictures.length === 0)
    throw new InvalidOptionError('pictures', 'none', 'one picture or more');
  if (!Number.isInteger(columns) || columns < 1)
    throw new InvalidOptionError('columns', columns, 'an integer of 1 or more');
  if (!Number.isInteger(gap) || gap < 0)
    throw new InvalidOptionError('gap', gap, 'an integer of 0 or more');
  const cellWidth = Math.max(...pictures.map(({ width }) => width)) + gap;
  const cellHeight = Math.max(...pictures.map(({ height }) => height)) + gap;
  const width = gap + columns * cellWidth;
  const height = gap + Math.ceil(pictures.length / columns) * cellHeight;
  const sheet = new Uint8Array(width * height * 3).fill(255);
  for (const [index, picture] of pictures.entries()) {
    const left = gap + (index % columns) * cellWidth;
    const top = gap + Math.floor(index / columns) * cellHeight;
    for (let row = 0; row < picture.height; row += 1) {
      const start = row * picture.width * 3;
      const line = picture.pixels.subarray(start, start + picture.width * 3);
      sheet.set(line, ((top + row) * width + left) * 3);
    }
  }
  return sharp(sheet, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
