import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDuplicates } from '../../data/duplicates/duplicates.js';
import { uniforms } from '../../data/random.js';
import { fingerprintImage, fingerprintOf } from './fingerprint-image.js';
import { verifyImage } from './probe.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fingerprints-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A scene of soft hills of light and dark, another for every seed. */
function scene(seed: number, width = 180, height = 160): Sharp {
  const random = uniforms({ seed, purpose: 'scene' });
  const hills = Array.from({ length: 9 }, () => ({
    x: random(),
    y: random(),
    size: 0.1 + 0.15 * random(),
    light: 400 * (random() - 0.5),
  }));
  const pixels = new Uint8ClampedArray(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const x = (pixel % width) / width;
    const y = Math.floor(pixel / width) / height;
    let light = 128;
    for (const hill of hills)
      light += hill.light * Math.exp(-((x - hill.x) ** 2 + (y - hill.y) ** 2) / hill.size ** 2);
    pixels.fill(light, pixel * 3, pixel * 3 + 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function taken(name: string, image: Sharp) {
  const file = path.join(folder, name);
  await writeFile(file, await image.toBuffer());
  return fingerprintImage(file);
}

describe('fingerprintOf', () => {
  const rows = (row: readonly number[]) =>
    Uint8Array.from(Array.from({ length: 8 }, () => row).flat());

  it.each([
    ['grows to the right', [0, 1, 2, 3, 4, 5, 6, 7, 8], 0xffffffff, 0],
    ['grows to the left', [8, 7, 6, 5, 4, 3, 2, 1, 0], 0, 0xffffffff],
    ['is even', [5, 5, 5, 5, 5, 5, 5, 5, 5], 0, 0],
    ['has a line in it', [0, 9, 0, 0, 0, 0, 0, 0, 0], 0x80808080, 0x02020202],
  ])('has its bits where light %s, and those of the mirror image', (...row) => {
    const [, light, word, mirroredWord] = row;
    expect(fingerprintOf(rows(light))).toEqual({
      high: word,
      low: word,
      mirrored: { high: mirroredWord, low: mirroredWord },
    });
  });
});

describe('fingerprintImage', () => {
  it.each([
    ['strongly compressed', 'a.jpg', () => scene(1).jpeg({ quality: 30 })],
    ['half as large', 'b.png', () => scene(1).resize(90).png()],
    ['three times as large', 'c.jpg', () => scene(1).resize(540).jpeg()],
    ['as a WebP', 'd.webp', () => scene(1).webp({ quality: 60 })],
    ['brighter', 'e.png', () => scene(1).linear(0.9, 20).png()],
    [
      'turned as EXIF says',
      'f.jpg',
      () => scene(1).rotate(270).withMetadata({ orientation: 6 }).jpeg(),
    ],
  ])('finds a picture again that is %s', async (_how, name, make) => {
    const items = [await taken('original.png', scene(1).png()), await taken(name, make())];
    expect(findDuplicates(items)).toEqual([{ kind: 'near', items: [0, 1] }]);
  });

  it('finds a mirror image only when asked', async () => {
    const items = [
      await taken('original.png', scene(1).png()),
      await taken('mirror.jpg', scene(1).flop().jpeg()),
    ];
    expect(findDuplicates(items)).toEqual([]);
    expect(findDuplicates(items, { mirrored: true })).toEqual([{ kind: 'near', items: [0, 1] }]);
  });

  it('keeps different pictures apart', async () => {
    const items = await Promise.all(
      Array.from({ length: 30 }, (_, seed) => taken(`scene ${seed}.png`, scene(seed).png())),
    );
    expect(findDuplicates(items, { mirrored: true })).toEqual([]);
  });

  it('tells what verifyImage tells, and refuses what it refuses', async () => {
    const { fingerprint, ...told } = await taken('scene.png', scene(2).png());
    expect(told).toEqual(await verifyImage(path.join(folder, 'scene.png')));
    expect(fingerprint.high).toBeGreaterThan(0);
    const cut = path.join(folder, 'cut.jpg');
    const bytes = await scene(2).jpeg().toBuffer();
    await writeFile(cut, bytes.subarray(0, bytes.length - 40));
    await expect(fingerprintImage(cut)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      path: cut,
    });
  });
});
