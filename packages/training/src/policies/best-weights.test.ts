import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLearner } from '../classifier/load-learner.js';
import { type Manifest, writeManifest } from '../data/manifest.js';
import { useNativeEngine } from '../engine/native.js';
import type { Predictions } from '../interpretation/predictions.js';
import { registerArchitecture } from '../model/architecture.js';
import { readSafetensors } from '../model/safetensors.js';
import { readMetadata } from '../model/safetensors-metadata.js';
import { createVisionModel } from '../model/vision-model.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { importFolder } from '../testing/import-folder.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { visionLearner } from '../vision-learner.js';
import { recipePhases } from './recipes.js';
import type { RunJob } from './run-job.js';
import { runPhases } from './run-phases.js';
import { trainRun } from './train-run.js';

const labels = ['circle', 'square', 'triangle'] as const;
const imageSize = 32;
const batchSize = 8;
let folder: string;
let root: string;
let manifest: Manifest;

beforeAll(async () => {
  await useNativeEngine();
  registerArchitecture(tinyBody);
  folder = await mkdtemp(path.join(tmpdir(), 'best-weights-'));
  root = path.join(folder, 'shapes');
  await drawShapes({ dir: root, classes: labels, perClass: 12, size: 90, seed: 5 });
  manifest = await importFolder({ root, imagesDir: path.join(folder, 'images'), imageSize });
  await writeManifest(path.join(folder, 'manifest.ndjson'), manifest);
  await mkdir(path.join(folder, 'weights'));
  const options = { architecture: tinyBody, classes: 3, seed: 1, weights: null };
  const model = createVisionModel(options);
  await writeFile(path.join(folder, 'weights/tiny.safetensors'), model.toSafetensors());
  model.dispose();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const job = (): RunJob => ({
  manifestFile: path.join(folder, 'manifest.ndjson'),
  imagesDir: path.join(folder, 'images'),
  featuresDir: path.join(folder, 'features'),
  split: null,
  architecture: tinyBody.name,
  cacheDir: folder,
  imageSize,
  batchSize,
  seed: 1,
  frozenBody: 'cached',
  phases: recipePhases('head', { epochs: 3, learningRate: 1e-2 }),
});

describe("the file of a run's best epoch", () => {
  it('is a whole learner, which says of the valid images what the run did in that epoch', async () => {
    const said = new Map<number, Predictions>();
    let best: { readonly epoch: number; readonly file: Uint8Array } | undefined;
    await trainRun(job(), {
      event: () => undefined,
      predictions: (_phase, epoch, predictions) => said.set(epoch, predictions),
      bestWeights: (epoch, _step, file) => {
        best = { epoch, file };
      },
    });
    const file = path.join(folder, 'best.safetensors');
    await writeFile(file, best!.file);

    const classifier = await loadLearner(file);
    const { items, predicted, predictedProbabilities } = said.get(best!.epoch)!;
    const originals = items.map((item) => path.join(root, manifest.items[item]!.source));
    const again = await classifier.predictAll(originals, { batchSize });
    expect(again.map(({ classIndex }) => classIndex)).toEqual(predicted);
    // The run's features came from a graph, whose folded batch norm rounds otherwise.
    for (const [row, { probability }] of again.entries())
      expect(probability).toBeCloseTo(predictedProbabilities[row]!, 6);
    expect(again[0]!.label).toBe(labels[predicted[0]!]);
    classifier.dispose();
  });

  it('is weights alone where loaders do not say how they make inputs of images', async () => {
    const { train, valid, vocab } = shapeLoaders();
    const options = { architecture: tinyBody, weights: null };
    const learner = await visionLearner({ train, valid, vocab }, options);
    const files: Uint8Array[] = [];
    const phases = recipePhases('head', { epochs: 1, learningRate: 1e-2 });
    const reporter = {
      event: () => undefined,
      predictions: () => undefined,
      bestWeights: (_epoch: number, _step: number, file: Uint8Array) => files.push(file),
    };
    await runPhases(learner, phases, { reporter });
    expect(files.map(readMetadata)).toEqual([{ vocab: JSON.stringify(vocab), epoch: '0' }]);
    expect(readSafetensors(files[0]!)).toEqual(readSafetensors(learner.model.toSafetensors()));
    learner.dispose();
  });
});
