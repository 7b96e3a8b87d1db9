import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from './engine/memory.js';
import { tf } from './engine/tf.js';
import type { Tensor4D } from './engine/tf.js';
import {
  type BatchSource,
  type Callback,
  conv,
  DataLoader,
  type DataLoaderOptions,
  findLearningRate,
  fit,
  type FitOptions,
  gradCam,
  type ImageClassifier,
  imageFiles,
  interpret,
  learnerFrom,
  type Loaders,
  loadLearner,
  mixUp,
  predictWithAugmentation,
  resizeAndNormalise,
  saveBest,
  sgd,
  trainRun,
} from './index.js';
import type { ImageFolder } from './testing/image-folder.js';
import {
  HALVES,
  makeLeakFixture,
  readAll,
  silentReporter,
  withLoaded,
} from './testing/leak-fixture.js';
import { shapeLoaders } from './testing/shape-loaders.js';
import { tinyBody } from './testing/tiny-body.js';
import { fewShapes, withLearner } from './testing/with-learner.js';

const SIZE = 16;
let images: ImageFolder;

beforeAll(async () => {
  images = await makeLeakFixture();
});
afterAll(async () => {
  await images.remove();
});

const schedule = () => ({ learningRates: [1e-2, 1e-2, 1e-2], momentum: 0.9, weightDecay: 0.01 });
const window = { inputs: 3, outputs: 3, kernel: 3, stride: 2 };

const loadedFor = <Result>(use: (loaded: ImageClassifier) => Promise<Result>) =>
  withLoaded(images, use);

const fails = async (work: Promise<unknown>, message: RegExp): Promise<void> => {
  await expect(work).rejects.toThrow(message);
};

const angry = (): never => {
  throw new Error('no more');
};

/** A fit beside whose callback one that holds weights and one that holds tensors take part. */
const failingFit = (options: Partial<FitOptions>) =>
  withLearner((learner) =>
    fails(
      learner.fit(2, {
        schedule,
        ...options,
        callbacks: [mixUp(), ...(options.callbacks ?? []), saveBest()],
      }),
      /no more/,
    ),
  );

const failingHook = (hook: Exclude<keyof Callback, 'name'>) => () =>
  failingFit({ callbacks: [{ name: 'angry', [hook]: angry }] });

/** A source whose inputs have a channel too few for any model. */
const unfitting = (): BatchSource => ({
  length: 1,
  itemCount: 1,
  // eslint-disable-next-line @typescript-eslint/require-await -- as every source does it
  async *batches() {
    yield { inputs: tf.zeros([1, 8, 8, 2]), targets: tf.tensor1d([0], 'int32'), items: [0] };
  },
});

const breaking = (): Loaders => ({
  ...fewShapes(),
  train: {
    length: 2,
    itemCount: 8,
    async *batches(epoch) {
      for await (const batch of fewShapes().train.batches(epoch)) {
        yield batch;
        angry();
      }
    },
  },
});

const loaderOf = (options: Partial<DataLoaderOptions> = {}) =>
  new DataLoader({
    samples: [0, 1, 2, 3, 4].map((item) => ({ item, hash: '', source: '', classIndex: 0 })),
    readPixels: () => Promise.resolve(new Uint8Array(8 * 8 * 3)),
    side: 8,
    transform: resizeAndNormalise(8, HALVES),
    batchSize: 2,
    ...options,
  });

type Case = readonly [call: string, run: () => Promise<unknown>];

const failing: readonly Case[] = [
  ['fit whose beforeFit throws', failingHook('beforeFit')],
  [
    'fit whose second beforeFit throws, after the first has taken a snapshot',
    () => {
      const held: { dispose(): void }[] = [];
      const first: Callback = {
        name: 'holding',
        beforeFit: ({ weights }) => held.push(weights.snapshot()),
        afterFit: () => held.pop()?.dispose(),
      };
      return failingFit({ callbacks: [first, { name: 'angry', beforeFit: angry }] });
    },
  ],
  ['fit whose beforeEpoch throws', failingHook('beforeEpoch')],
  ['fit whose beforeBatch throws', failingHook('beforeBatch')],
  ['fit whose afterBatch throws', failingHook('afterBatch')],
  ['fit whose afterEpoch throws', failingHook('afterEpoch')],
  ['fit whose afterFit throws', failingHook('afterFit')],
  ['fit whose schedule throws', () => failingFit({ schedule: angry })],
  ['fit whose observer throws', () => failingFit({ observer: { batch: angry, epoch: angry } })],
  [
    'fit whose epochs the observer cannot stand',
    () => failingFit({ observer: { batch: () => undefined, epoch: angry } }),
  ],
  [
    'fit whose loss throws',
    () => withLearner((learner) => fails(fit(learner, 1), /no more/), { loss: { byItem: angry } }),
  ],
  [
    'fit whose optimizer throws',
    () =>
      withLearner((learner) => fails(fit(learner, 1), /no more/), {
        optimizer: { ...sgd(), update: angry },
      }),
  ],
  [
    'fit whose metric throws',
    () =>
      withLearner((learner) => fails(fit(learner, 1), /no more/), {
        metrics: [{ name: 'angry', higherIsBetter: true, compute: angry }],
      }),
  ],
  [
    'fit whose loader breaks',
    () =>
      withLearner((learner) => fails(fit(learner, 1), /no more/), { accumulate: 2 }, breaking()),
  ],
  [
    'fit on inputs that the model is not for',
    () =>
      withLearner(
        (learner) => fails(fit(learner, 1), /./),
        {},
        { ...fewShapes(), train: unfitting() },
      ),
  ],
  [
    'fit judged on inputs that the model is not for',
    () =>
      withLearner(
        (learner) => fails(fit(learner, 1, { callbacks: [saveBest()] }), /./),
        {},
        { ...fewShapes(), valid: unfitting() },
      ),
  ],
  [
    'interpret on inputs that the model is not for',
    () => withLearner((learner) => fails(interpret(learner, { source: unfitting() }), /./)),
  ],
  [
    'predictWithAugmentation without augmented images',
    () => withLearner((learner) => fails(predictWithAugmentation(learner), /augmented/)),
  ],
  [
    'findLearningRate whose listener throws',
    () => withLearner((learner) => fails(findLearningRate(learner, { onPoint: angry }), /no more/)),
  ],
  [
    'findLearningRate whose loader breaks',
    () => withLearner((learner) => fails(findLearningRate(learner), /no more/), {}, breaking()),
  ],
  [
    'gradCam of a class that there is not',
    () =>
      withLearner(async ({ model }) => {
        const inputs: Tensor4D = tf.zeros([1, SIZE, SIZE, 3]);
        await fails(gradCam(model, inputs, { classIndex: 7 }), /classIndex/);
        inputs.dispose();
      }),
  ],
  [
    'visionLearner with a wrong clipNorm',
    () => fails(withLearner(angry, { clipNorm: -1 }), /clipNorm/),
  ],
  [
    'visionLearner with a wrong accumulate',
    () => fails(withLearner(angry, { accumulate: 0.5 }), /accumulate/),
  ],
  [
    'visionLearner with a wrong dropout',
    () => fails(withLearner(angry, { dropout: 1 }), /dropout/),
  ],
  [
    'visionLearner with weights of another body',
    () =>
      fails(
        withLearner(angry, {
          architecture: { ...tinyBody, build: (store) => conv(store, 'other', window) },
          weights: images.weightsFile,
        }),
        /other.weight/,
      ),
  ],
  [
    'visionLearner with weights of more layers',
    () =>
      fails(
        withLearner(angry, {
          architecture: {
            ...tinyBody,
            build: (store) => conv(store, 'conv1', { ...window, outputs: 16 }),
          },
          weights: images.weightsFile,
        }),
        /only the tensors of the network/,
      ),
  ],
  [
    'learnerFrom with other classes',
    () =>
      loadedFor((loaded) =>
        fails(
          Promise.resolve().then(() => learnerFrom(loaded, shapeLoaders())),
          /loaders.vocab/,
        ),
      ),
  ],
  [
    'ImageClassifier.predictAll with a file that is no image',
    () =>
      loadedFor(async (loaded) => {
        const files = await imageFiles(images.root);
        const all = [...files, images.at('manifest.ndjson')];
        await fails(loaded.predictAll(all, { batchSize: 1 }), /manifest.ndjson/);
      }),
  ],
  ['loadLearner of an empty folder', () => fails(loadLearner(images.root), /learner.json/)],
  [
    'reading batches whose transform throws',
    () =>
      fails(
        readAll(
          loaderOf({
            transform: (pixels) => {
              tf.cast(pixels, 'float32');
              return angry();
            },
          }),
        ),
        /no more/,
      ),
  ],
  [
    'reading batches of which one has no pixels',
    () =>
      fails(
        readAll(
          loaderOf({
            readPixels: ({ item }) =>
              item === 4
                ? Promise.reject(new Error('no more'))
                : Promise.resolve(new Uint8Array(192)),
          }),
        ),
        /no more/,
      ),
  ],
  [
    'trainRun whose silentReporter throws',
    () => fails(trainRun(images.job(), { ...silentReporter, predictions: angry }), /no more/),
  ],
  [
    'trainRun that finds no weights',
    () =>
      fails(trainRun({ ...images.job(), cacheDir: images.at('empty') }, silentReporter), /weights/),
  ],
];

describe('A call that fails leaves no tensor behind:', () => {
  it.each(failing)('%s', async (_call, run) => {
    await assertNoTensorLeak(async () => {
      await run();
      await run();
    });
  });
});
