import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

export interface DrawImagesOptions {
  /** Gets one folder a class. */
  readonly root: string;
  readonly count: number;
}

const CLASSES = 20;
const SIDE = 48;
/** Squares of colour along each side, which are blown up: noise at every pixel would be unlike a photo, and large. */
const SQUARES = 6;
const CHANNELS = 3;
const AT_ONCE = 8;

/** Draws small JPEGs, each of its own colours: the same ones for the same number, none twice. */
export async function drawImages({ root, count }: DrawImagesOptions): Promise<void> {
  const folderOf = (index: number) => path.join(root, `class-${index % CLASSES}`);
  for (let index = 0; index < Math.min(count, CLASSES); index += 1)
    await mkdir(folderOf(index), { recursive: true });
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      await drawImage(index, path.join(folderOf(index), `${index}.jpg`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function drawImage(index: number, file: string): Promise<void> {
  const outputLength = SQUARES * SQUARES * CHANNELS;
  const colours = createHash('shake256', { outputLength }).update(String(index)).digest();
  await sharp(colours, { raw: { width: SQUARES, height: SQUARES, channels: CHANNELS } })
    .resize(SIDE, SIDE, { kernel: 'cubic' })
    .jpeg({ quality: 90 })
    .toFile(file);
}
