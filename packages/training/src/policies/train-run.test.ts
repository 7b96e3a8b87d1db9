import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeManifest } from '../data/manifest.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import type { RunJob } from './run-job.js';
import { recipePhases } from './recipes.js';
import { trainRun } from './train-run.js';

let dir: string;
let hub: HubServer;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'train-run-'));
  hub = await startHubServer({
    files: [
      {
        repository: 'timm/resnet18.a1_in1k',
        file: 'model.safetensors',
        content: new Uint8Array(100_000),
      },
    ],
    storageFaults: [{ kind: 'fall-silent', afterBytes: 1000 }],
  });
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(dir, { recursive: true });
});

async function job(): Promise<RunJob> {
  const manifestFile = path.join(dir, 'manifest.ndjson');
  const item = { width: 8, height: 8, bytes: 1, source: 'none.png' };
  await writeManifest(manifestFile, {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: 'none',
      version: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      root: dir,
      split: { kind: 'random', validShare: 0.5, seed: 1 },
      labels: ['circle', 'square'],
      itemCount: 2,
    },
    items: [
      { ...item, hash: 'a'.repeat(64), label: 'circle', split: 'train' },
      { ...item, hash: 'b'.repeat(64), label: 'square', split: 'valid' },
    ],
  });
  return {
    manifestFile,
    imagesDir: dir,
    split: null,
    architecture: 'resnet18',
    cacheDir: path.join(dir, 'cache'),
    featuresDir: path.join(dir, 'features'),
    imageSize: 32,
    batchSize: 2,
    seed: 1,
    frozenBody: 'live',
    phases: recipePhases('head'),
  };
}

const reporter = {
  event: () => undefined,
  predictions: () => undefined,
  bestWeights: () => undefined,
};

describe('trainRun', () => {
  it('ends as stopped when it is stopped while its weights are being fetched', async () => {
    const controller = new AbortController();
    const running = trainRun(await job(), reporter, { signal: controller.signal });
    await vi.waitUntil(() => hub.requests.some(({ host }) => host === 'storage'), {
      timeout: 60_000,
    });
    controller.abort('stopped by hand');
    expect(await running).toEqual({ status: 'stopped' });
    expect(existsSync(path.join(dir, 'cache/weights/resnet18.safetensors'))).toBe(false);
  });

  it('says what a hub that has no such weights answered', async () => {
    const none = await startHubServer({ files: [] });
    vi.stubEnv('HF_ENDPOINT', none.endpoint);
    try {
      await expect(trainRun(await job(), reporter)).rejects.toMatchObject({
        code: 'HUB_FILE_NOT_FOUND',
      });
    } finally {
      await none.close();
    }
  });
});
