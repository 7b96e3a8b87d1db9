import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  cacheDirectory,
  imageFiles,
  importImage,
  type ManifestItem,
  parentLabel,
  presizeFor,
  randomSplitter,
  recipePhases,
  trainRun,
  useNativeEngine,
  writeManifest,
} from '@whetstone/training';

const IMAGE_SIZE = 224;
const VALID_SHARE = 0.2;
const SEED = 42;
const ARCHITECTURE = 'tf_efficientnet_lite0';

/**
 * FINE_TUNE with its defaults on a folder of photos, once a split: `npm run bench -- fine-tune
 * FOLDER SEED...`. Prints each epoch, and where the manifest with the split lies, on which
 * `bench/reference/fine-tune.py` runs fastai.
 */
export async function measure([folder, ...seeds]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new Error('Expected a folder of photos, received none');
  console.log(await useNativeEngine());
  const imagesDir = await mkdtemp(path.join(tmpdir(), 'whetstone-fine-tune-'));
  try {
    const items = await importFolder(path.resolve(folder), imagesDir);
    for (const seed of seeds.length > 0 ? seeds.map(Number) : [SEED]) {
      await fineTune({ root: path.resolve(folder), imagesDir, items, seed });
    }
  } finally {
    await rm(imagesDir, { recursive: true, force: true });
  }
}

type Item = Omit<ManifestItem, 'split'>;

async function importFolder(root: string, imagesDir: string): Promise<Item[]> {
  const items: Item[] = [];
  for (const file of await imageFiles(root)) {
    const image = await importImage({ path: file, imagesDir, side: presizeFor(IMAGE_SIZE) });
    items.push({ ...image, label: parentLabel(file), source: path.relative(root, file) });
  }
  return items;
}

interface FineTuneOptions {
  readonly root: string;
  readonly imagesDir: string;
  readonly items: readonly Item[];
  /** Seeds the split; everything else has the seed of the defaults. */
  readonly seed: number;
}

async function fineTune({ root, imagesDir, items, seed }: FineTuneOptions): Promise<void> {
  const splits = randomSplitter({ valid: VALID_SHARE, seed })(
    items.map(({ hash, label }) => ({ key: hash, label })),
  );
  const manifestFile = path.join(tmpdir(), `whetstone-split-${seed}.ndjson`);
  await writeManifest(manifestFile, {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: 'bench',
      version: 1,
      createdAt: new Date().toISOString(),
      root,
      split: { kind: 'random', validShare: VALID_SHARE, seed },
      labels: [...new Set(items.map(({ label }) => label))].sort(),
      itemCount: items.length,
    },
    items: items.map((item, index) => ({ ...item, split: splits[index]! })),
  });
  console.log(`split ${seed}: ${manifestFile}`);
  const started = Date.now();
  await trainRun(
    {
      manifestFile,
      imagesDir,
      split: null,
      architecture: ARCHITECTURE,
      weightsDir: path.join(cacheDirectory(), 'weights'),
      imageSize: IMAGE_SIZE,
      batchSize: 32,
      seed: SEED,
      frozenBody: 'live',
      phases: recipePhases('fine-tune'),
    },
    {
      event: (event) => {
        if (event.type !== 'epoch-end') return;
        const { value } = event.metrics.find(({ name }) => name === 'errorRate')!;
        const seconds = Math.round((Date.now() - started) / 1000);
        const losses = `train ${event.trainLoss.toFixed(3)} valid ${event.validLoss.toFixed(3)}`;
        console.log(`  epoch ${event.epoch}: ${losses} error ${value.toFixed(4)} at ${seconds} s`);
      },
      predictions: () => undefined,
      bestWeights: () => undefined,
    },
  );
}
