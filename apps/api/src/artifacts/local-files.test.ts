import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileStoreConformance } from './file-store.conformance.js';
import { localFiles } from './local-files.js';

const roots: string[] = [];

async function emptyFolder(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'whetstone-files-'));
  roots.push(root);
  return root;
}

afterAll(async () => {
  for (const root of roots) await rm(root, { recursive: true });
});

fileStoreConformance(async () => localFiles(await emptyFolder()));

it('leaves no half-written file beside the whole one', async () => {
  const root = await emptyFolder();
  const files = localFiles(root);
  await Promise.all([1, 2, 3].map((fill) => files.write('one', Buffer.alloc(100_000, fill))));
  expect(await readdir(root)).toEqual(['one']);
});
