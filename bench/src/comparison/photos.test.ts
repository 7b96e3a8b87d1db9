import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readManifest } from '@whetstone/training';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photoFolder, preparePhotos, spread } from './photos.js';

describe('spread', () => {
  it('takes items evenly, as many as are wanted', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 2, 4]);
  });

  it('takes all where there are no more', () => {
    expect(spread([0, 1], 3)).toEqual([0, 1]);
  });
});

describe('photoFolder', () => {
  it('says which folder is missing, and what to do', () => {
    expect(() => photoFolder('/no/such/folder')).toThrow(
      /Expected photos at \/no\/such\/folder, found no folder.*`--photos FOLDER`.*`npm run setup`/,
    );
  });
});

describe('preparePhotos', () => {
  it('presizes the photos of a folder and splits them for both sides', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-photos-'));
    try {
      const root = path.join(folder, 'pets');
      for (const [index, label] of ['cat', 'dog'].entries()) {
        await mkdir(path.join(root, label), { recursive: true });
        for (let photo = 0; photo < 5; photo += 1)
          await sharp({
            create: {
              width: 40,
              height: 30,
              channels: 3,
              background: { r: photo, g: index, b: 0 },
            },
          }).toFile(path.join(root, label, `${photo}.png`));
      }
      const prepared = await preparePhotos(root, { folder, isFull: false });
      const { header, items } = await readManifest(prepared.manifestFile);
      expect(new Set(prepared.manifestFiles).size).toBe(5);
      expect(header.root).toBe(root);
      expect(header.labels).toEqual(['cat', 'dog']);
      expect(items.filter(({ split }) => split === 'valid')).toHaveLength(2);
      expect(prepared.note).toBe('10 of 10 photos of pets');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
