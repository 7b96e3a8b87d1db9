import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../model/safetensors.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { weightsAvailability, weightsSource } from './weights-source.js';

const hubFile = { repository: 'timm/tiny.in1k', file: 'model.safetensors' };
const architecture = { name: 'tiny', hub: hubFile };
const values = { shape: [3], data: Float32Array.of(1, 2, 3) };
const content = writeSafetensors(new Map([['conv.weight', values]]));

let server: HubServer;
let folder: string;
let cacheDir: string;
let cached: string;
beforeAll(async () => {
  server = await startHubServer({ files: [{ ...hubFile, content }] });
  folder = await mkdtemp(path.join(tmpdir(), 'whetstone-weights-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(folder, 'cache-'));
  cached = path.join(cacheDir, 'weights/tiny.safetensors');
});

const options = (offline = false) => ({
  cacheDir,
  hub: { endpoint: server.endpoint, token: null, offline },
});
async function fillCache(): Promise<void> {
  await mkdir(path.dirname(cached));
  await writeFile(cached, 'cached');
}

describe('weightsSource', () => {
  it('is nothing for weights drawn at random', async () => {
    expect(await weightsSource(null, architecture, options())).toBeNull();
  });

  it("fetches the hub's file into the cache, where `readSafetensors` can read it", async () => {
    expect(await weightsSource('pretrained', architecture, options())).toBe(cached);
    expect(readSafetensors(await readFile(cached)).get('conv.weight')).toEqual({
      dtype: 'F32',
      ...values,
    });
  });

  it('takes pretrained weights from the cache without asking anyone', async () => {
    await fillCache();
    const before = server.requests.length;
    expect(await weightsSource('pretrained', architecture, options())).toBe(cached);
    expect(await weightsSource('pretrained', { name: 'tiny' }, options(true))).toBe(cached);
    expect(server.requests.length).toBe(before);
  });

  it('refuses to fetch when offline', async () => {
    const attempt = weightsSource('pretrained', architecture, options(true));
    await expect(attempt).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  });

  it.each([{ name: 'tiny' }, { name: 'tiny', hub: null }])(
    'says what else there is where no hub has them: %j',
    async (without) => {
      const attempt = weightsSource('pretrained', without, options());
      await expect(attempt).rejects.toMatchObject({ code: 'WEIGHTS_MISSING', file: cached });
      await expect(attempt).rejects.toThrow(/Put the file there/);
    },
  );

  it("takes a file of the user's own", async () => {
    const own = path.join(folder, 'own.safetensors');
    await writeFile(own, content);
    expect(await weightsSource(own, architecture, options())).toBe(own);
    const relative = path.relative(process.cwd(), own);
    expect(await weightsSource(relative, architecture, options())).toBe(own);
  });

  it('names the path at which there is no file', async () => {
    const none = path.join(folder, 'none.safetensors');
    const attempt = weightsSource(none, architecture, options());
    await expect(attempt).rejects.toMatchObject({ code: 'WEIGHTS_MISSING', file: none });
    await expect(attempt).rejects.toThrow(/Check the path.*'pretrained'/);
  });
});

describe('weightsAvailability', () => {
  it('is cached where the file is there, offline or not', async () => {
    await fillCache();
    const available = { status: 'cached', sentence: `Pretrained weights are at ${cached}` };
    expect(await weightsAvailability(architecture, { cacheDir, offline: false })).toEqual(
      available,
    );
    expect(await weightsAvailability({ name: 'tiny' }, { cacheDir, offline: true })).toEqual(
      available,
    );
  });

  it.each([
    {
      of: 'a hub has them',
      owner: architecture,
      offline: false,
      status: 'downloadable',
      says: /model.*timm\/tiny.*hub$/,
    },
    {
      of: 'a hub has them but must not be asked',
      owner: architecture,
      offline: true,
      status: 'unavailable',
      says: /HF_HUB_OFFLINE.*timm\/tiny/,
    },
    {
      of: 'no hub has them',
      owner: { name: 'tiny' },
      offline: false,
      status: 'unavailable',
      says: /Put the file there/,
    },
  ])('is $status where $of', async ({ owner, offline, status, says }) => {
    expect(await weightsAvailability(owner, { cacheDir, offline })).toEqual({
      status,
      sentence: expect.stringMatching(says) as string,
    });
  });
});
