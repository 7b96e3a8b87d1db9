import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  architecture,
  cacheDirectory,
  type FrozenBody,
  type RecipeName,
  recipePhases,
  type RunReporter,
  trainRun,
  useNativeEngine,
} from '@whetstone/training';
import { importPhotos, type Photos, writeSplit } from './photo-splits.js';

const SEED = 42;

interface Options {
  readonly root: string;
  readonly seeds: readonly number[];
  readonly recipe: RecipeName;
  readonly architecture: string;
  readonly imageSize: number;
  readonly frozenBody: FrozenBody;
}

/**
 * A recipe with its defaults on a folder of photos, once a split: `npm run bench -- recipe FOLDER
 * SEED... [--recipe chapter-five] [--architecture NAME] [--size 128] [--frozen-body live]`. Prints each epoch, and where
 * the manifest with the split lies, on which `bench/reference/recipe.py` runs fastai.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  console.log(await useNativeEngine());
  const imagesDir = await mkdtemp(path.join(tmpdir(), 'whetstone-recipe-'));
  try {
    const { root, imageSize } = options;
    const photos = await importPhotos(root, { imagesDir, imageSize });
    for (const seed of options.seeds) await runOn(seed, photos, options);
  } finally {
    await rm(imagesDir, { recursive: true, force: true });
  }
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      recipe: { type: 'string', default: 'fine-tune' },
      architecture: { type: 'string', default: 'tf_efficientnet_lite0' },
      size: { type: 'string' },
      'frozen-body': { type: 'string', default: 'cached' },
    },
  });
  const [folder, ...seeds] = positionals;
  if (folder === undefined) throw new Error('Expected a folder of photos, received none');
  const chosen = architecture(values.architecture);
  return {
    root: path.resolve(folder),
    seeds: seeds.length > 0 ? seeds.map(Number) : [SEED],
    recipe: values.recipe as RecipeName,
    architecture: chosen.name,
    frozenBody: values['frozen-body'] as FrozenBody,
    imageSize: values.size === undefined ? chosen.imageSize : Number(values.size),
  };
}

/** `seed` draws the split; everything else has the seed of the defaults. */
async function runOn(seed: number, photos: Photos, options: Options): Promise<void> {
  const manifestFile = await writeSplit(photos, seed);
  console.log(`split ${seed}: ${manifestFile}`);
  await trainRun(
    {
      manifestFile,
      imagesDir: photos.imagesDir,
      split: null,
      architecture: options.architecture,
      cacheDir: cacheDirectory(),
      imageSize: options.imageSize,
      batchSize: 32,
      seed: SEED,
      frozenBody: options.frozenBody,
      featuresDir: path.join(photos.imagesDir, 'features'),
      phases: recipePhases(options.recipe),
    },
    printer(Date.now()),
  );
}

function printer(started: number): RunReporter {
  const at = () => `at ${Math.round((Date.now() - started) / 1000)} s`;
  return {
    event(event) {
      if (event.type === 'lr-finder-end') {
        const found = event.suggestions.map(({ method, learningRate }) =>
          [method, learningRate?.toExponential(1) ?? 'none'].join(' '),
        );
        console.log(`  rates: ${found.join(', ')} ${at()}`);
      }
      if (event.type !== 'epoch-end') return;
      const { value } = event.metrics.find(({ name }) => name === 'errorRate')!;
      const losses = `train ${event.trainLoss.toFixed(3)} valid ${event.validLoss.toFixed(3)}`;
      console.log(`  epoch ${event.epoch}: ${losses} error ${value.toFixed(4)} ${at()}`);
    },
    predictions: () => undefined,
    bestWeights: () => undefined,
  };
}
