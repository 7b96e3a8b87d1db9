import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TrainerProcess } from './trainer-process.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trainer-process-'));
  file = path.join(folder, 'tells.mjs');
  await writeFile(file, 'process.send([process.env.THREADS, process.env.MALLOC_TOP_PAD_]);');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What a program with this environment finds in its own. */
async function foundBy(environment: Readonly<Record<string, string>>): Promise<unknown> {
  let found: unknown;
  const trainer = new TrainerProcess({ file, environment }, (message) => {
    found = message;
  });
  await trainer.ended;
  return found;
}

describe('a trainer process', () => {
  it('finds what its program wants in its environment', async () => {
    expect(await foundBy({ THREADS: '2', MALLOC_TOP_PAD_: '9' })).toEqual(['2', '9']);
  });

  it('finds what a person has set in its place', async () => {
    vi.stubEnv('THREADS', '1');
    expect(await foundBy({ THREADS: '2', MALLOC_TOP_PAD_: '9' })).toEqual(['1', '9']);
  });
});
