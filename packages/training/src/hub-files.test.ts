import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useNativeEngine } from './engine/native.js';
import { tf } from './engine/tf.js';
import type { Tensor, Tensor2D } from './engine/tf.js';
import { type Architecture, architectures } from './model/architecture.js';
import { drawnImages, expectSampled, type Sampled } from './model/golden.conformance.js';
import { readSafetensors, type StoredTensor } from './model/safetensors.js';
import type { VisionModel } from './model/vision-model.js';
import { startHubServer } from './testing/hub-server.js';
import { shapeLoaders } from './testing/shape-loaders.js';
import { tinyBody } from './testing/tiny-body.js';
import { visionLearner } from './vision-learner.js';

/** What the network of a file computes, as `bench/reference/hub-file.py` writes it. */
interface Golden {
  readonly batch: number;
  readonly side: number;
  /** What every norm layer has counted. */
  readonly batchesTracked: number;
  readonly features: Sampled;
  readonly logits: Sampled;
}

interface HubFile {
  readonly architecture: Architecture;
  readonly weights: string;
  readonly golden: string;
}

const TOLERANCE = 1e-4;

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const ours: HubFile = {
  architecture: {
    ...tinyBody,
    hub: { repository: 'timm/tiny.in1k', file: 'model.safetensors' },
  },
  weights: here('hub-files.golden.safetensors'),
  golden: here('hub-files.golden.json'),
};

const folder = process.env['WHETSTONE_HUB_FILES'];

/** Files of timm's own in that folder, for the architectures that it has one of. */
const timms: readonly HubFile[] = architectures().flatMap((architecture) => {
  const repository = path.join(folder ?? '', architecture.hub?.repository ?? '');
  const golden = path.join(repository, 'golden.json');
  if (folder === undefined || !existsSync(golden)) return [];
  return [{ architecture, golden, weights: path.join(repository, 'model.safetensors') }];
});

let cacheDir: string;
beforeAll(async () => {
  await useNativeEngine();
});
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'whetstone-hub-files-'));
});
afterEach(async () => {
  await rm(cacheDir, { recursive: true, force: true });
});

/** Goes the whole way from the hub to a learner, and compares what comes out with PyTorch. */
async function expectSameOutputs({ architecture, weights, golden }: HubFile): Promise<void> {
  const expected = JSON.parse(readFileSync(golden, 'utf8')) as Golden;
  const content = readFileSync(weights);
  const server = await startHubServer({ files: [{ ...architecture.hub!, content }] });
  const hub = { endpoint: server.endpoint, token: null, offline: false };
  try {
    const weightsFrom = { cacheDir, hub };
    const learner = await visionLearner(shapeLoaders(), { architecture, weightsFrom });
    const cached = path.join(cacheDir, 'weights', `${architecture.name}.safetensors`);
    const stored = readSafetensors(await readFile(cached));
    expectCounters(stored, expected.batchesTracked);
    expectOutputs(learner.model, stored, expected);
    learner.dispose();
  } finally {
    await server.close();
  }
}

function expectCounters(stored: ReadonlyMap<string, StoredTensor>, batches: number): void {
  const norms = [...stored.keys()].filter((name) => name.endsWith('.running_mean'));
  const counters = [...stored].filter(([name]) => name.endsWith('.num_batches_tracked'));
  expect(norms.length).toBeGreaterThan(0);
  expect(counters.map(([, tensor]) => tensor)).toEqual(
    norms.map(() => ({ dtype: 'I64', shape: [], data: BigInt64Array.of(BigInt(batches)) })),
  );
}

function expectOutputs(
  model: VisionModel,
  stored: ReadonlyMap<string, StoredTensor>,
  { batch, side, features, logits }: Golden,
): void {
  tf.tidy(() => {
    const maps = model.features(drawnImages(batch, side), { training: false, seed: 0, step: 0 });
    const pooled = tf.mean<Tensor2D>(maps, [1, 2]); // [batch, features]
    expectSampled(pooled, features, TOLERANCE);
    expectSampled(classify(pooled, stored), logits, TOLERANCE);
  });
}

/** What the file's own classifier, which a learner does without, makes of features. */
function classify(pooled: Tensor2D, stored: ReadonlyMap<string, StoredTensor>): Tensor2D {
  const parameter = (part: string): Tensor => {
    const { shape, data } = (stored.get(`fc.${part}`) ?? stored.get(`classifier.${part}`))!;
    return tf.tensor(data as Float32Array, [...shape]);
  };
  return tf.add(tf.matMul(pooled, parameter('weight'), false, true), parameter('bias'));
}

describe('A learner whose weights a hub has as PyTorch wrote them', () => {
  it('computes what PyTorch does, with half precision, counters and a classifier in the file', async () => {
    const types = [...readSafetensors(readFileSync(ours.weights)).values()].map(
      ({ dtype }) => dtype,
    );
    expect(new Set(types)).toEqual(new Set(['F32', 'F16', 'BF16', 'I64']));
    await expectSameOutputs(ours);
  });
});

describe('A learner whose weights a hub has as timm wrote them', () => {
  it('has files to be compared with', ({ skip }) => {
    skip(
      folder === undefined,
      'Files of timm are too large to be committed: set WHETSTONE_HUB_FILES to the folder that `bench/reference/hub-file.py` filled',
    );
    expect(timms.map(({ architecture }) => architecture.name)).not.toEqual([]);
  });

  it.each(timms)('computes what timm does: $architecture.name', async (file) => {
    await expectSameOutputs(file);
  });
});
