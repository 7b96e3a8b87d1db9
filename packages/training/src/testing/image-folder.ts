import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Loaders } from '../data/batch.js';
import { writeManifest } from '../data/manifest.js';
import { recipePhases } from '../policies/recipes.js';
import type { RunJob } from '../policies/run-job.js';
import { imageLoaders } from '../vision/image-loaders.js';
import { drawShapes } from './draw-shapes.js';
import { importFolder } from './import-folder.js';
import { tinyBody } from './tiny-body.js';
import { FEW_LABELS, withLearner } from './with-learner.js';

const SIZE = 16;

/** A dozen drawn images on disk, imported, with weights for the tiny body: all that a run needs. */
export interface ImageFolder {
  /** The originals, one folder a class. */
  readonly root: string;
  /** A safetensors file of the tiny body. */
  readonly weightsFile: string;
  /** A path beside the images. */
  at(name: string): string;
  /** Two batches of train items and one of valid ones. */
  loaders(): Loaders;
  /** A short run; its architecture has to be registered. */
  job(): RunJob;
  remove(): Promise<void>;
}

/** Draws the images into a temporary folder. */
export async function makeImageFolder(): Promise<ImageFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'images-'));
  const at = (name: string) => path.join(folder, name);
  const [root, imagesDir, manifestFile] = [at('shapes'), at('images'), at('manifest.ndjson')];
  await drawShapes({ dir: root, classes: FEW_LABELS, perClass: 6, size: 40, seed: 5 });
  const manifest = await importFolder({ root, imagesDir, imageSize: SIZE });
  await writeManifest(manifestFile, manifest);
  const weightsFile = at(`cache/weights/${tinyBody.name}.safetensors`);
  await mkdir(path.dirname(weightsFile), { recursive: true });
  await withLearner(({ model }) => writeFile(weightsFile, model.toSafetensors()));

  const shared = { imagesDir, imageSize: SIZE, batchSize: 4 };
  return {
    root,
    weightsFile,
    at,
    loaders: () => imageLoaders({ manifest, statistics: tinyBody, ...shared }),
    job: () => ({
      ...shared,
      manifestFile,
      split: null,
      architecture: tinyBody.name,
      cacheDir: at('cache'),
      featuresDir: at('features'),
      seed: 1,
      frozenBody: 'live',
      phases: recipePhases('fine-tune', { epochs: 1 }),
    }),
    remove: () => rm(folder, { recursive: true }),
  };
}
