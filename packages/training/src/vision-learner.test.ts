import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from './engine/native.js';
import type { Learner } from './learner/learner.js';
import { type StoredTensor, readSafetensors } from './model/safetensors.js';
import { type HubServer, startHubServer } from './testing/hub-server.js';
import { shapeLoaders } from './testing/shape-loaders.js';
import { tinyBody } from './testing/tiny-body.js';
import { visionLearner, type VisionLearnerOptions } from './vision-learner.js';

const hub = { repository: 'timm/tiny.in1k', file: 'model.safetensors' };
const architecture = { ...tinyBody, hub };

const learners: Learner[] = [];
let folder: string;
let server: HubServer;
let file: Uint8Array;
beforeAll(async () => {
  await useNativeEngine();
  const { model } = await newLearner({ architecture, weights: null, seed: 7 });
  file = withBatchCounts(readSafetensors(model.toSafetensors()));
  server = await startHubServer({ files: [{ ...hub, content: file }] });
  folder = await mkdtemp(path.join(tmpdir(), 'whetstone-learner-'));
});
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function newLearner(options: VisionLearnerOptions): Promise<Learner> {
  const learner = await visionLearner(shapeLoaders(), options);
  learners.push(learner);
  return learner;
}

/** A file as PyTorch's users write it, with the number of batches that each norm layer has seen. */
function withBatchCounts(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const counts = ['bn1', 'bn2'].map((layer): [string, StoredTensor] => [
    `${layer}.num_batches_tracked`,
    { dtype: 'I64', shape: [], data: BigInt64Array.of(1000n) },
  ]);
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of [...tensors, ...counts]) {
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...parts]);
}

const stored = () => readSafetensors(file).get('conv2.weight')!.data;
const loaded = ({ model }: Learner) =>
  readSafetensors(model.toSafetensors()).get('conv2.weight')!.data;
const weightsFrom = () => ({
  cacheDir: folder,
  hub: { endpoint: server.endpoint, token: null, offline: false },
});

describe('visionLearner', () => {
  it("starts from the hub's weights, frozen up to the head, and fetches them once", async () => {
    const first = await newLearner({ architecture, weightsFrom: weightsFrom() });
    expect(loaded(first)).toEqual(stored());
    expect(first.trainableGroupCount).toBe(1);
    const asked = server.requests.length;
    const second = await newLearner({ architecture, weightsFrom: weightsFrom(), seed: 8 });
    expect(loaded(second)).toEqual(stored());
    expect(server.requests.length).toBe(asked);
  });

  it('starts from a file at a path', async () => {
    const own = path.join(folder, 'own.safetensors');
    await writeFile(own, file);
    const learner = await newLearner({ architecture, weights: own });
    expect(loaded(learner)).toEqual(stored());
  });

  it('says which file is not there', async () => {
    const none = path.join(folder, 'none.safetensors');
    await expect(newLearner({ architecture, weights: none })).rejects.toMatchObject({
      code: 'WEIGHTS_MISSING',
      file: none,
    });
  });

  it('draws weights and freezes nothing when there are to be none', async () => {
    const learner = await newLearner({ architecture, weights: null, seed: 8 });
    expect(loaded(learner)).not.toEqual(stored());
    expect(learner.trainableGroupCount).toBe(learner.layerGroupCount);
  });
});
