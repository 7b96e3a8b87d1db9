import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { drawShape, type Shape } from './shapes.js';

export interface DrawShapesOptions {
  /** Folder to draw into; it and one folder a class are made. */
  readonly dir: string;
  readonly classes: readonly Shape[];
  readonly perClass: number;
  /** Pixels along each side. */
  readonly size: number;
  readonly seed: number;
}

/** Writes a dataset of drawn shapes: `<dir>/<class>/<class>-<index>.png`. */
export async function drawShapes({
  dir,
  classes,
  perClass,
  size,
  seed,
}: DrawShapesOptions): Promise<void> {
  for (const shape of classes) {
    await mkdir(path.join(dir, shape), { recursive: true });
    for (let index = 0; index < perClass; index += 1) {
      const pixels = drawShape({ shape, size, seed, index });
      await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
        .png()
        .toFile(path.join(dir, shape, `${shape}-${index}.png`));
    }
  }
}
