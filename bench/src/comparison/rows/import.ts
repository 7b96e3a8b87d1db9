import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { importImage, presizeFor, readManifest } from '@whetstone/training';
import sharp from 'sharp';
import type { Inputs, Row } from '../row.js';
import { photosOf } from './photo-learner.js';
import { IMAGE_SIZE } from './synthetic.js';

const SIDE = presizeFor(IMAGE_SIZE);
/** The server takes in as many images at once. */
const atOnce = (threads: number): number => Math.min(8, threads + 1);

/** Taking photos in costs what the decoder costs, and little else. */
export const imports: Row = {
  id: 'import',
  what: 'photos taken in: read, hashed, verified, presized for 224 px and written',
  unit: 'images/s',
  isQuick: true,
  rounds: { quick: 5, full: 9 },
  needsPhotos: true,
  async ours(inputs) {
    const files = await originals(inputs);
    const measure = async () => {
      const imagesDir = await mkdtemp(path.join(inputs.scratch, 'images-'));
      const rate = await ratePerSecond(files, inputs, async (file) => {
        await importImage({ path: file, imagesDir, side: SIDE });
      });
      await rm(imagesDir, { recursive: true });
      return rate;
    };
    await measure();
    return { measure };
  },
  peers: [
    { name: 'sharp alone: decode, resize, encode', bar: 0.9, stretch: null, open: openSharp },
  ],
};

async function openSharp(inputs: Inputs) {
  const files = await originals(inputs);
  const measure = () =>
    ratePerSecond(files, inputs, async (file) => {
      await sharp(await readFile(file))
        .autoOrient()
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .resize({ width: SIDE, height: SIDE, fit: 'outside', kernel: 'linear' })
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false })
        .toBuffer();
    });
  await measure();
  return { versions: { sharp: sharp.versions.sharp }, measure };
}

async function originals({ photos }: Inputs): Promise<readonly string[]> {
  const { header, items } = await readManifest(photosOf(photos).manifestFile);
  return items.map(({ source }) => path.join(header.root, source));
}

/** Works on several files at a time; returns how many it finished a second. */
async function ratePerSecond(
  files: readonly string[],
  { threads }: Inputs,
  work: (file: string) => Promise<void>,
): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < files.length) await work(files[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce(threads) }, worker));
  return (files.length * 1000) / (performance.now() - started);
}
