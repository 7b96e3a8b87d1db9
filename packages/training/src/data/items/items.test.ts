import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFiles } from './items.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'items-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await writeFile(path.join(root, file), '');
  }
}

const found = async () =>
  (await imageFiles(root)).map((file) => path.relative(root, file).split(path.sep).join('/'));

describe('imageFiles', () => {
  it('lists images at every depth by path, whatever their ending is written like', async () => {
    await write('b/2.JPEG', 'b/1.png', 'a/deep/er/x.webp', 'a.gif', 'B/9.tif', 'b/notes.txt');
    expect(await found()).toEqual(['B/9.tif', 'a.gif', 'a/deep/er/x.webp', 'b/1.png', 'b/2.JPEG']);
  });

  it('skips dot files and dot folders', async () => {
    await write('cat/1.jpg', 'cat/._1.jpg', '.thumbnails/1.jpg');
    expect(await found()).toEqual(['cat/1.jpg']);
  });

  it('follows links to files and folders, and ends where links lead in a circle', async () => {
    await write('cat/1.jpg');
    const outside = await mkdtemp(path.join(tmpdir(), 'items-outside-'));
    await writeFile(path.join(outside, '2.jpg'), '');
    await symlink(outside, path.join(root, 'dog'));
    await symlink(path.join(root, 'cat', '1.jpg'), path.join(root, 'linked.jpg'));
    await symlink(root, path.join(root, 'cat', 'around'));
    expect(await found()).toEqual(['cat/1.jpg', 'dog/2.jpg', 'linked.jpg']);
    await rm(outside, { recursive: true });
  });

  it('lists a link that leads nowhere, so that reading it can say what is wrong', async () => {
    await symlink(path.join(root, 'gone.jpg'), path.join(root, 'broken.jpg'));
    expect(await found()).toEqual(['broken.jpg']);
  });

  it('lists images it cannot decode, so that they are reported', async () => {
    await write('cat/1.heic', 'cat/2.bmp');
    expect(await found()).toEqual(['cat/1.heic', 'cat/2.bmp']);
  });

  it.each([
    ['FOLDER_NOT_FOUND', 'no/such/folder'],
    ['NOT_A_FOLDER', 'notes.txt'],
    ['NO_IMAGES', '.'],
  ])('fails with %s', async (code, below) => {
    await write('notes.txt');
    await expect(imageFiles(path.join(root, below))).rejects.toMatchObject({ code });
  });
});
