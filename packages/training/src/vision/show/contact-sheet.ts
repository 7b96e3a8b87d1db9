import sharp from 'sharp';
import type { Picture } from '../../data/picture.js';
import { InvalidOptionError } from '../../errors.js';
import { labelPicture } from './label-picture.js';

/** A picture, and what may be written under it. */
export interface LabelledPicture extends Picture {
  readonly label?: string;
}

export interface ContactSheetOptions {
  /** @default as many as make a sheet a little wider than high, as fastai's grid: ceil(n / floor(sqrt(n))) */
  readonly columns?: number;
  /** White pixels around every picture. @default 2 */
  readonly gap?: number;
  /** Writes labels under the pictures that have one, long ones cut to the width of a cell. A machine without any font leaves them blank. @default true */
  readonly labels?: boolean;
}

/** Puts pictures side by side, row by row, and gives the bytes of a PNG file. Cells are as large as the largest picture. */
export async function toContactSheet(
  pictures: readonly LabelledPicture[],
  {
    columns = Math.ceil(pictures.length / Math.floor(Math.sqrt(pictures.length))),
    gap = 2,
    labels = true,
  }: ContactSheetOptions = {},
): Promise<Buffer> {
  assertLayout(pictures.length, columns, gap);
  const widest = Math.max(...pictures.map(({ width }) => width));
  const highest = Math.max(...pictures.map(({ height }) => height));
  const written: (Picture | null)[] = await Promise.all(
    pictures.map(async ({ label }) =>
      labels && label !== undefined ? await labelPicture(label, widest) : null,
    ),
  );
  const across = widest + gap;
  const down = highest + Math.max(...written.map((label) => label?.height ?? 0)) + gap;
  const rows = Math.ceil(pictures.length / columns);
  const sheet = whiteSheet(gap + columns * across, gap + rows * down);
  for (const [index, picture] of pictures.entries()) {
    const left = gap + (index % columns) * across;
    const top = gap + Math.floor(index / columns) * down;
    paste(sheet, picture, { left, top });
    const label = written[index];
    if (label) paste(sheet, label, { left, top: top + highest });
  }
  const { pixels, width, height } = sheet;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function assertLayout(count: number, columns: number, gap: number): void {
  if (count === 0) throw new InvalidOptionError('pictures', 'none', 'one picture or more');
  if (!Number.isInteger(columns) || columns < 1)
    throw new InvalidOptionError('columns', columns, 'an integer of 1 or more');
  if (!Number.isInteger(gap) || gap < 0)
    throw new InvalidOptionError('gap', gap, 'an integer of 0 or more');
}

const whiteSheet = (width: number, height: number): Picture => ({
  pixels: new Uint8Array(width * height * 3).fill(255),
  width,
  height,
});

/** Copies a picture onto a larger one. */
function paste(
  sheet: Picture,
  { pixels, width, height }: Picture,
  { left, top }: { readonly left: number; readonly top: number },
): void {
  for (let row = 0; row < height; row += 1) {
    const line = pixels.subarray(row * width * 3, (row + 1) * width * 3);
    sheet.pixels.set(line, ((top + row) * sheet.width + left) * 3);
  }
}
