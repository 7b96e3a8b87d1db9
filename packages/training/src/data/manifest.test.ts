import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, readManifest, writeManifest } from './manifest.js';

const manifest: Manifest = {
  header: {
    format: 'whetstone-manifest',
    formatVersion: 1,
    datasetId: 'pets',
    version: 1,
    createdAt: '2026-01-02T03:04:05.000Z',
    root: '/photos/pets',
    split: { kind: 'random', validShare: 0.2, seed: 42 },
    labels: ['Birman', 'Zwergpinscher – ß', 'line\nbreak'],
    itemCount: 3,
  },
  items: ['Birman', 'Zwergpinscher – ß', 'line\nbreak'].map((label, index) => ({
    hash: String(index).repeat(64),
    label,
    split: index === 2 ? 'valid' : 'train',
    width: 500,
    height: 375,
    bytes: 31_415,
    source: `${label}/1.jpg`,
  })),
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
  file = path.join(folder, 'datasets', 'v1.ndjson');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a manifest file', () => {
  it('gives back what was written', async () => {
    await writeManifest(file, manifest);
    expect(await readManifest(file)).toEqual(manifest);
  });

  it('is newline-delimited JSON, and its digest is that of the file', async () => {
    const { sha256, bytes } = await writeManifest(file, manifest);
    const content = await readFile(file);
    expect(content.toString().split('\n')).toHaveLength(1 + 3 + 1);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    expect(content.length).toBe(bytes);
  });

  it('leaves nothing beside itself', async () => {
    await writeManifest(file, manifest);
    await writeManifest(file, manifest);
    expect(await readdir(path.dirname(file))).toEqual(['v1.ndjson']);
  });

  it.each([
    ['is cut off within a line', (text: string) => text.slice(0, -10), 'cut off'],
    [
      'is cut off after a line',
      (text: string) => text.split('\n').slice(0, 3).join('\n') + '\n',
      '2 items where its header says 3',
    ],
    ['is empty', () => '', 'cut off'],
    ['is another kind of file', () => '{"name":"x"}\n', 'another kind'],
    ['is no JSON', () => 'hello\n', 'no JSON in line 1'],
    [
      'has another format version',
      (text: string) => text.replace('"formatVersion":1', '"formatVersion":2'),
      'version 2',
    ],
    ['lacks labels', (text: string) => text.replace('"labels"', '"names"'), 'incomplete header'],
    [
      'has an item without a split',
      (text: string) => text.replace('"split":"valid"', '"split":"test"'),
      'line 4',
    ],
    [
      'has a label that is not in its header',
      (text: string) => text.replace('"label":"Birman"', '"label":"Bengal"'),
      'line 2',
    ],
  ])('is refused when it %s', async (...row) => {
    const [, damage, message] = row;
    await writeManifest(file, manifest);
    await writeFile(file, damage(await readFile(file, 'utf8')));
    const reading = readManifest(file);
    await expect(reading).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE', file });
    await expect(reading).rejects.toThrow(message);
  });

  it('is refused when it is missing', async () => {
    await expect(readManifest(file)).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
  });
});
