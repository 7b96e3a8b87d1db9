import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Loaders } from '../data/batch.js';
import { imageFiles } from '../data/items/items.js';
import type { Split } from '../data/splits/split.js';
import { assertNoTensorLeak, countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { InvalidOptionError } from '../errors.js';
import { explainLoss } from '../interpretation/explain-loss.js';
import { interpret } from '../interpretation/interpret.js';
import type { Learner } from '../learner/learner.js';
import { predictLogits } from '../learner/predict-logits.js';
import { UnknownArchitectureError } from '../model/architecture.js';
import { readSafetensors } from '../model/safetensors.js';
import { readMetadata, withMetadata } from '../model/safetensors-metadata.js';
import { drawShapes } from '../testing/draw-shapes.js';
import { importFolder } from '../testing/import-folder.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { imageLoaders } from '../vision/image-loaders.js';
import { overlayHeatMap } from '../vision/show/overlay-heat-map.js';
import { learnerFrom, visionLearner } from '../vision-learner.js';
import { classifierOf, type ImageClassifier } from './image-classifier.js';
import { toLearnerFile } from './learner-file.js';
import { loadLearner } from './load-learner.js';
import { saveLearner } from './save-learner.js';
import type { SavedLearner } from './saved-learner.js';

const IMAGE_SIZE = 32;
const BATCH_SIZE = 4;
const labels = ['circle', 'square', 'triangle'] as const;
const known = [tinyBody];
const schedule = () => ({ learningRates: [1e-2, 1e-2, 1e-2], momentum: 0.9, weightDecay: 0.01 });
let folder: string;
let loaders: Loaders;
let learner: Learner;
/** The originals of each side of the split, in item order. */
let validFiles: string[];
let trainFiles: string[];

beforeAll(async () => {
  await useNativeEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'classifier-'));
  const root = path.join(folder, 'shapes');
  await drawShapes({ dir: root, classes: labels, perClass: 8, size: 90, seed: 5 });
  await widen(await imageFiles(root));
  const imagesDir = path.join(folder, 'images');
  const manifest = await importFolder({ root, imagesDir, imageSize: IMAGE_SIZE });
  const statistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  loaders = imageLoaders({
    manifest,
    imagesDir,
    imageSize: IMAGE_SIZE,
    statistics,
    batchSize: BATCH_SIZE,
  });
  learner = await visionLearner(loaders, { architecture: tinyBody, weights: null, seed: 1 });
  await learner.fit(1, { schedule });
  const filesOf = (wanted: Split) =>
    manifest.items.flatMap(({ split, source }) =>
      split === wanted ? [path.join(root, source)] : [],
    );
  validFiles = filesOf('valid');
  trainFiles = filesOf('train');
});
afterAll(async () => {
  learner.dispose();
  await rm(folder, { recursive: true });
});

/** Makes images that are not square, so that every step of the preprocessing takes part. */
async function widen(files: readonly string[]): Promise<void> {
  for (const [index, file] of files.entries()) {
    const size = index % 2 === 0 ? { width: 130, height: 90 } : { width: 90, height: 110 };
    await writeFile(
      file,
      await sharp(file)
        .resize({ ...size, fit: 'fill' })
        .png()
        .toBuffer(),
    );
  }
}

/** Saves the learner, loads it and lets go of it afterwards. */
async function withLoaded<Result>(use: (loaded: ImageClassifier) => Result | Promise<Result>) {
  const dir = path.join(folder, 'saved');
  await saveLearner(learner, dir);
  const loaded = await loadLearner(dir, { known });
  try {
    return await use(loaded);
  } finally {
    loaded.dispose();
  }
}

describe('a saved and loaded learner', () => {
  it('predicts what the learner did on the valid split, from the originals, bit for bit', async () => {
    const { logits } = await predictLogits(learner.model, loaders.valid);
    const predictions = await withLoaded((loaded) =>
      loaded.predictAll(validFiles, { batchSize: BATCH_SIZE }),
    );
    expect(predictions.flatMap((one) => one.logits)).toEqual([...logits]);
    const { predicted } = await learner.predict();
    expect(predictions.map((one) => one.classIndex)).toEqual(predicted);
  });

  it('predicts what the learner itself does as a classifier', async () => {
    const bytes = await readFile(validFiles[0]!);
    const before = await classifierOf(learner).predict(bytes);
    expect(await withLoaded((loaded) => loaded.predict(bytes))).toEqual(before);
  });

  it('goes on training from where it was, the same way every time', async () => {
    const trainFurther = () =>
      withLoaded(async (loaded) => {
        const further = learnerFrom(loaded, loaders, { seed: 3 });
        const losses = [(await further.predict()).losses];
        await further.fit(2, { schedule });
        losses.push((await further.predict()).losses);
        // The classifier follows.
        const predictions = await loaded.predictAll(validFiles, { batchSize: BATCH_SIZE });
        const { predicted } = await further.predict();
        expect(predictions.map(({ classIndex }) => classIndex)).toEqual(predicted);
        expect([further.trainableGroupCount, further.epoch]).toEqual([3, 2]);
        further.dispose();
        return losses;
      });
    const [before, after] = await trainFurther();
    expect(before).toEqual((await learner.predict()).losses);
    expect(after).not.toEqual(before);
    expect(await trainFurther()).toEqual([before, after]);
  });

  it('does not go on with other classes', async () => {
    await withLoaded((loaded) => {
      const other = shapeLoaders({ classes: ['circle', 'square', 'ring'] });
      expect(() => learnerFrom(loaded, other)).toThrow(InvalidOptionError);
      expect(() => learnerFrom(loaded, other)).toThrow(
        /circle, square, triangle, received circle, square, ring/,
      );
    });
  });

  it('says of train images, in item order, what it says of any image: none is augmented', async () => {
    const { predictions } = await interpret(learner, { split: 'train' });
    expect(predictions.items).toHaveLength(16);
    expect(predictions.items).toEqual(predictions.items.toSorted((left, right) => left - right));
    const { logits } = await predictLogits(learner.model, loaders.trainInOrder!);
    const fromOriginals = await classifierOf(learner).predictAll(trainFiles, {
      batchSize: BATCH_SIZE,
    });
    expect(fromOriginals.flatMap((one) => one.logits)).toEqual([...logits]);
    expect(fromOriginals.map((one) => one.classIndex)).toEqual(predictions.predicted);
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(() => withLoaded((loaded) => loaded.predict(validFiles[0]!)));
    await assertNoTensorLeak(() => withLoaded((loaded) => loaded.explain(validFiles[0]!)));
  });
});

describe('ImageClassifier', () => {
  it('names the label, its probability and the most probable classes in order', async () => {
    const prediction = await classifierOf(learner).predict(validFiles[0]!, { top: 2 });
    const { probabilities, top, label, classIndex, probability, logits } = prediction;
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    expect(probability).toBe(Math.max(...probabilities));
    expect(probabilities[classIndex]).toBe(probability);
    expect(label).toBe(labels[classIndex]);
    const sorted = probabilities.toSorted((left, right) => right - left);
    expect(top.map((one) => one.probability)).toEqual(sorted.slice(0, 2));
    expect(top[0]).toEqual({ label, probability });
    expect(explainLoss(logits, classIndex).probabilities).toEqual(probabilities);
  });

  it('takes paths and bytes alike, many at once in their order, and none', async () => {
    const classifier = classifierOf(learner);
    const bytes = await Promise.all(validFiles.map((file) => readFile(file)));
    const fromFiles = await classifier.predictAll(validFiles);
    expect(await classifier.predictAll(bytes)).toEqual(fromFiles);
    const reversed = await classifier.predictAll(validFiles.toReversed(), { batchSize: 2 });
    for (const [index, one] of reversed.toReversed().entries()) {
      expect(one.probability).toBeCloseTo(fromFiles[index]!.probability, 5);
    }
    expect(await classifier.predictAll([])).toEqual([]);
  });

  it('names the image that it cannot read, and leaves nothing behind', async () => {
    const classifier = classifierOf(learner);
    const broken = path.join(folder, 'broken.jpg');
    await writeFile(broken, 'no image');
    await assertNoTensorLeak(async () => {
      await expect(classifier.predict(broken)).rejects.toMatchObject({
        code: 'IMAGE_UNREADABLE',
        path: broken,
      });
      await expect(classifier.predict(path.join(folder, 'none.png'))).rejects.toMatchObject({
        code: 'IMAGE_UNREADABLE',
      });
      await expect(
        classifier.predictAll([validFiles[0]!, new Uint8Array([1, 2, 3])]),
      ).rejects.toThrow(/the bytes of image 1/);
    });
  });

  it('explains a class of an image on the grid of the body', async () => {
    const { prediction, label, heatMap, image } = await classifierOf(learner).explain(
      validFiles[0]!,
      { label: 'square' },
    );
    expect(label).toBe('square');
    expect([heatMap.classIndex, heatMap.width, heatMap.height]).toEqual([1, 8, 8]);
    expect(heatMap.values).toHaveLength(64);
    expect([0, 1]).toContain(Math.max(...heatMap.values));
    expect(Math.min(...heatMap.values)).toBeGreaterThanOrEqual(0);
    expect(prediction).toEqual(
      await classifierOf(learner).predict(validFiles[0]!, { top: labels.length }),
    );
    const overlaid = await overlayHeatMap(image, heatMap);
    expect([overlaid.width, overlaid.height]).toEqual([64, 64]);
  });

  it('explains what it predicts where no class is asked for', async () => {
    const { prediction, label } = await classifierOf(learner).explain(validFiles[0]!);
    expect(label).toBe(prediction.label);
  });

  it('refuses a class that there is not, and a top of none', async () => {
    const classifier = classifierOf(learner);
    await expect(classifier.explain(validFiles[0]!, { label: 'ring' })).rejects.toThrow(
      InvalidOptionError,
    );
    await expect(classifier.predict(validFiles[0]!, { top: 0 })).rejects.toThrow(/`top`/);
  });

  it('needs loaders that say how they make inputs', async () => {
    const { train, valid, vocab } = shapeLoaders();
    const options = { architecture: tinyBody, weights: null };
    const silent = await visionLearner({ train, valid, vocab }, options);
    expect(() => classifierOf(silent)).toThrow(/preprocessing/);
    await expect(saveLearner(silent, path.join(folder, 'silent'))).rejects.toThrow(
      InvalidOptionError,
    );
    silent.dispose();
  });
});

describe('saveLearner', () => {
  it('writes what the model is, what it was given and what its weights are, and no code', async () => {
    const dir = path.join(folder, 'described');
    const saved = await saveLearner(learner, dir);
    expect((await readdir(dir)).sort()).toEqual(['learner.json', saved.weights.file]);
    const weights = await readFile(path.join(dir, saved.weights.file));
    expect(JSON.parse(await readFile(path.join(dir, 'learner.json'), 'utf8'))).toEqual({
      format: 'whetstone-learner',
      formatVersion: 1,
      libraryVersion: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      architecture: 'tiny',
      vocab: labels,
      preprocessing: {
        side: 64,
        imageSize: 32,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
      head: { features: 16, hidden: 512, classes: 3 },
      weights: {
        file: saved.weights.file,
        sha256: createHash('sha256').update(weights).digest('hex'),
        bytes: weights.length,
      },
    });
  });

  it('takes the place of what was saved before, and leaves no old weights', async () => {
    const dir = path.join(folder, 'twice');
    const other = await visionLearner(loaders, {
      architecture: tinyBody,
      weights: null,
      seed: 8,
    });
    const first = await saveLearner(other, dir);
    other.dispose();
    const second = await saveLearner(learner, dir);
    expect(second.weights.file).not.toBe(first.weights.file);
    expect((await readdir(dir)).sort()).toEqual(['learner.json', second.weights.file]);
    await saveLearner(learner, dir);
    expect((await readdir(dir)).sort()).toEqual(['learner.json', second.weights.file]);
  });
});

describe('loadLearner', () => {
  let dir: string;
  let saved: SavedLearner;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(folder, 'spoilt-'));
    saved = await saveLearner(learner, dir);
  });

  const rewrite = (change: Record<string, unknown>) =>
    writeFile(path.join(dir, 'learner.json'), JSON.stringify({ ...saved, ...change }));
  const weightsFile = () => path.join(dir, saved.weights.file);

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'no description',
      () => rm(path.join(dir, 'learner.json')),
      /learner\.json, found no readable/,
    ],
    ['half a description', () => writeFile(path.join(dir, 'learner.json'), '{"for'), /no JSON/],
    ['another kind of file', () => rewrite({ format: 'x' }), /another kind/],
    ['another version', () => rewrite({ formatVersion: 2 }), /version 1, received version 2/],
    ['no vocab', () => rewrite({ vocab: undefined }), /no valid `vocab`/],
    ['a class twice', () => rewrite({ vocab: ['a', 'a', 'b'] }), /no valid `vocab`/],
    ['more classes than logits', () => rewrite({ vocab: ['a', 'b'] }), /3 classes.*vocab of 2/],
    [
      'a standard deviation of 0',
      () => rewrite({ preprocessing: { ...saved.preprocessing, std: [1, 0, 1] } }),
      /no valid `preprocessing`/,
    ],
    [
      'a path for the weights',
      () => rewrite({ weights: { ...saved.weights, file: '../weights.safetensors' } }),
      /no valid `weights`/,
    ],
    [
      'another head',
      () => rewrite({ head: { ...saved.head, hidden: 256 } }),
      /16 features and 512.*received one of 16 and 256/,
    ],
    ['no weights', () => rm(weightsFile()), /weights-.*found no readable file/],
    ['other weights', () => writeFile(weightsFile(), 'abc'), /received 3 bytes and SHA-256/],
  ])('refuses a folder with %s, and leaves nothing behind', async (_what, spoil, message) => {
    await spoil();
    const before = countTensors();
    const failure = await loadLearner(dir, { known }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SAVED_LEARNER_UNREADABLE' });
    expect(String(failure)).toMatch(message);
    expect(countTensors()).toBe(before);
  });

  it('notices a single changed bit', async () => {
    const content = await readFile(weightsFile());
    content[content.length - 3]! ^= 1;
    await writeFile(weightsFile(), content);
    await expect(loadLearner(dir, { known })).rejects.toThrow(/it was changed or cut off/);
  });

  it('refuses weights that are whole but of another model', async () => {
    const content = Buffer.from('abc');
    const sha256 = createHash('sha256').update(content).digest('hex');
    await writeFile(weightsFile(), content);
    await rewrite({ weights: { ...saved.weights, sha256, bytes: 3 } });
    await expect(loadLearner(dir, { known })).rejects.toThrow(/weights of another model/);
  });

  it('names the architecture that it does not know, and those it does', async () => {
    await expect(loadLearner(dir)).rejects.toThrow(UnknownArchitectureError);
    await rewrite({ architecture: 'mlp' });
    await expect(loadLearner(dir, { known })).rejects.toThrow(/out of tiny, received "mlp"/);
  });
});

describe('a learner in one file', () => {
  const key = 'whetstone-learner';
  let file: string;
  beforeEach(async () => {
    file = path.join(await mkdtemp(path.join(folder, 'one-')), 'pets.safetensors');
    await writeFile(file, toLearnerFile(learner, { epoch: '3' }));
  });

  /** Changes the description in the file, or takes it out. */
  async function rewrite(change: Record<string, unknown> | null): Promise<void> {
    const content = await readFile(file);
    const saved = JSON.parse(readMetadata(content)[key]!) as Record<string, unknown>;
    const bare = learner.model.toSafetensors();
    const text = change && JSON.stringify({ ...saved, ...change });
    await writeFile(file, text === null ? bare : withMetadata(bare, { [key]: text }));
  }

  it('predicts what the learner does, under any name', async () => {
    const expected = await classifierOf(learner).predict(validFiles[0]!);
    const renamed = path.join(path.dirname(file), 'best');
    await writeFile(renamed, await readFile(file));
    for (const place of [file, renamed]) {
      await assertNoTensorLeak(async () => {
        const loaded = await loadLearner(place, { known });
        expect(await loaded.predict(validFiles[0]!)).toEqual(expected);
        loaded.dispose();
      });
    }
  });

  it('is a file of weights to anyone else, and says what else it was told', async () => {
    const content = await readFile(file);
    expect(readSafetensors(content)).toEqual(readSafetensors(learner.model.toSafetensors()));
    expect(Object.keys(readMetadata(content))).toEqual(['epoch', key]);
  });

  it('is told apart from a folder of that name', async () => {
    const named = path.join(path.dirname(file), 'folder.safetensors');
    await saveLearner(learner, named);
    const loaded = await loadLearner(named, { known });
    expect(loaded.vocab).toEqual(labels);
    loaded.dispose();
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['no file', () => rm(file), /pets\.safetensors, found no readable file/],
    ['another kind of file', () => writeFile(file, 'no weights at all'), /no safetensors file/],
    ['weights without a description', () => rewrite(null), /do not say of what learner/],
    ['another version', () => rewrite({ formatVersion: 2 }), /version 1, received version 2/],
    ['a class twice', () => rewrite({ vocab: ['a', 'a', 'b'] }), /no valid `vocab`/],
    ['no digest', () => rewrite({ weights: { bytes: 3 } }), /no valid `weights`/],
    [
      'another head',
      () => rewrite({ head: { features: 16, hidden: 256, classes: 3 } }),
      /16 features and 512.*received one of 16 and 256/,
    ],
    ['half of it', async () => truncate(file, 9000), /it was changed or cut off/],
    [
      'a changed bit',
      async () => {
        const content = await readFile(file);
        content[content.length - 3]! ^= 1;
        await writeFile(file, content);
      },
      /it was changed or cut off/,
    ],
  ])('refuses %s, and leaves nothing behind', async (_what, spoil, message) => {
    await spoil();
    const before = countTensors();
    const failure = await loadLearner(file, { known }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SAVED_LEARNER_UNREADABLE', file });
    expect(String(failure)).toMatch(message);
    expect(countTensors()).toBe(before);
  });

  it('refuses a body that there is not', async () => {
    await expect(loadLearner(file)).rejects.toThrow(UnknownArchitectureError);
  });
});
