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

/** Photos of a round at least, so that it takes seconds: fewer are taken in several times. */
const PHOTOS = 500;

/** Taking photos in costs what the decoder costs, and little else. */
export const imports: Row = {
  id: 'import',
  what: 'photos taken in: read, hashed, verified, presized for 224 px and written',
  unit: 'images/s',
  isQuick: true,
  rounds: { quick: 5, full: 9 },
  needsPhotos: true,
  async ours(inputs) {
    const photos = await photosToTakeIn(inputs);
    const measure = async () => {
      const folder = await mkdtemp(path.join(inputs.scratch, 'images-'));
      const rate = await ratePerSecond(photos, inputs, async ({ file, pass }) => {
        const imagesDir = path.join(folder, String(pass));
        await importImage({ path: file, imagesDir, side: SIDE });
      });
      await rm(folder, { recursive: true });
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
  const photos = await photosToTakeIn(inputs);
  const measure = () =>
    ratePerSecond(photos, inputs, async ({ file }) => {
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

interface PhotoToTakeIn {
  readonly file: string;
  /** The copies of a pass have a folder of their own: those that are there are not made again. */
  readonly pass: number;
}

async function photosToTakeIn({ photos }: Inputs): Promise<readonly PhotoToTakeIn[]> {
  const { header, items } = await readManifest(photosOf(photos).manifestFile);
  const files = items.map(({ source }) => path.join(header.root, source));
  const passes = Math.ceil(PHOTOS / files.length);
  return Array.from({ length: passes }, (_, pass) => files.map((file) => ({ file, pass }))).flat();
}

/** Works on several photos at a time; returns how many it finished a second. */
async function ratePerSecond(
  photos: readonly PhotoToTakeIn[],
  { threads }: Inputs,
  work: (photo: PhotoToTakeIn) => Promise<void>,
): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < photos.length) await work(photos[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce(threads) }, worker));
  return (photos.length * 1000) / (performance.now() - started);
}
