import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePresized, importImage, presizedPath, presizeFor } from './presized.js';
import { verifyImage } from './probe.js';
import { readSquare } from './read-square.js';

let folder: string;
let imagesDir: string;
let original: string;
let hash: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'presized-'));
  imagesDir = path.join(folder, 'images');
  original = path.join(folder, 'photo.png');
  await writeFile(original, await gradient(120, 80));
  hash = createHash('sha256')
    .update(await readFile(original))
    .digest('hex');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Red grows from left to right, green from top to bottom. */
async function gradient(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < width * height; index += 1) {
    pixels[index * 3] = (255 * (index % width)) / (width - 1);
    pixels[index * 3 + 1] = (255 * Math.floor(index / width)) / (height - 1);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

describe('presizeFor', () => {
  it.each([
    [224, 256],
    [128, 160],
    [160, 192],
    [64, 96],
    [32, 64],
  ])('leaves a margin around %i: %i', (imageSize, side) => {
    expect(presizeFor(imageSize)).toBe(side);
  });
});

describe('importImage', () => {
  it('notes what the original is and keeps a copy named by its content', async () => {
    const { size } = await stat(original);
    const options = { path: original, imagesDir, side: 64 };
    expect(await importImage(options)).toEqual({ hash, width: 120, height: 80, bytes: size });

    const copy = presizedPath(imagesDir, hash, 64);
    expect(path.relative(imagesDir, copy)).toBe(path.join(hash.slice(0, 2), `${hash}-64.jpg`));
    const { format, width, height, chromaSubsampling } = await sharp(copy).metadata();
    expect({ format, width, height, chromaSubsampling }).toEqual({
      format: 'jpeg',
      width: 96,
      height: 64,
      chromaSubsampling: '4:4:4',
    });
    expect(await readdir(path.dirname(copy))).toEqual([path.basename(copy)]);
  });

  it('enlarges an image that is smaller than the copy', async () => {
    await importImage({ path: original, imagesDir, side: 160 });
    const { width, height } = await sharp(presizedPath(imagesDir, hash, 160)).metadata();
    expect([width, height]).toEqual([240, 160]);
  });

  it('turns the copy and notes the size as the EXIF orientation says', async () => {
    const turned = path.join(folder, 'turned.jpg');
    await sharp(original).withMetadata({ orientation: 6 }).jpeg().toFile(turned);
    const { hash: turnedHash, ...size } = await importImage({ path: turned, imagesDir, side: 64 });
    expect(size).toMatchObject({ width: 80, height: 120 });
    const { width, height } = await sharp(presizedPath(imagesDir, turnedHash, 64)).metadata();
    expect([width, height]).toEqual([64, 96]);
  });

  it.each([
    ['is missing', () => Promise.resolve()],
    ['is empty', (file: string) => writeFile(file, '')],
    [
      'is cut off',
      async (file: string) => {
        const photo = await sharp(original).resize(600).jpeg().toBuffer();
        await writeFile(file, photo.subarray(0, photo.length - 500));
      },
    ],
  ])('refuses a file that %s, and keeps nothing of it', async (_sentence, make) => {
    const bad = path.join(folder, 'bad.jpg');
    await make(bad);
    await expect(importImage({ path: bad, imagesDir, side: 64 })).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      path: bad,
    });
    await expect(verifyImage(bad)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    await expect(readdir(imagesDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('agrees with verifyImage, which keeps nothing', async () => {
    const verified = await verifyImage(original);
    expect(await importImage({ path: original, imagesDir, side: 64 })).toEqual(verified);
  });
});

describe('ensurePresized', () => {
  const options = () => ({ dir: imagesDir, hash, side: 64, source: original });

  it('makes a missing copy, and leaves one that is there alone', async () => {
    const copy = await ensurePresized(options());
    expect(copy).toBe(presizedPath(imagesDir, hash, 64));
    await utimes(copy, 1, 1);
    await ensurePresized(options());
    expect((await stat(copy)).mtimeMs).toBe(1000);
  });

  it('needs no original where there is a copy', async () => {
    const copy = await ensurePresized(options());
    await rm(original);
    expect(await ensurePresized(options())).toBe(copy);
  });

  it('makes a copy again that a power cut left empty', async () => {
    const copy = presizedPath(imagesDir, hash, 64);
    await mkdir(path.dirname(copy), { recursive: true });
    await writeFile(copy, '');
    await ensurePresized(options());
    expect((await stat(copy)).size).toBeGreaterThan(0);
  });

  it('leaves one whole copy when several make it at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensurePresized(options())));
    expect(await readdir(path.join(imagesDir, hash.slice(0, 2)))).toEqual([`${hash}-64.jpg`]);
  });

  it.each([
    ['is gone', () => rm(original), 'found no readable file'],
    ['is another image now', () => writeFile(original, 'other'), 'found a file with other content'],
  ])('says so when the original %s', async (...row) => {
    const [, change, message] = row;
    await change();
    const making = ensurePresized(options());
    await expect(making).rejects.toMatchObject({ code: 'IMAGE_MISSING', path: original });
    await expect(making).rejects.toThrow(message);
  });
});

describe('readSquare', () => {
  /** Red at the left edge, green at the top edge, as shares of the whole. */
  async function cornerOf(position: number, width: number, height: number) {
    await writeFile(original, await gradient(width, height));
    const pixels = await readSquare({ file: original, side: 40, position });
    expect(pixels).toHaveLength(40 * 40 * 3);
    return { left: pixels[0]! / 255, top: pixels[1]! / 255 };
  }

  // The square starts at floor(position * (long - short)), as fastai's Resize crops.
  it.each([
    [0, 0],
    [0.5, 20],
    [1, 40],
  ])('takes the square at %d of a wide image from pixel %i on', async (position, start) => {
    const { left, top } = await cornerOf(position, 80, 40);
    expect(left).toBeCloseTo(start / 79, 1.9);
    expect(top).toBe(0);
  });

  it.each([
    [0, 0],
    [0.5, 20],
    [1, 40],
  ])('takes the square at %d of a high image from row %i on', async (position, start) => {
    const { left, top } = await cornerOf(position, 40, 80);
    expect(left).toBe(0);
    expect(top).toBeCloseTo(start / 79, 1.9);
  });

  it('resizes an image that has another size', async () => {
    const pixels = await readSquare({ file: original, side: 20, position: 0.5 });
    expect(pixels).toHaveLength(20 * 20 * 3);
  });

  it('names the file that it cannot read', async () => {
    const file = path.join(folder, 'gone.jpg');
    await expect(readSquare({ file, side: 20, position: 0 })).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      path: file,
    });
  });
});
