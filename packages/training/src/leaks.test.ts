import { afterAll, beforeAll, describe, it } from 'vitest';
import { assertNoTensorLeak } from './engine/memory.js';
import { tf } from './engine/tf.js';
import type { Tensor4D } from './engine/tf.js';
import {
  augmentAndNormalise,
  augTransforms,
  batchNorm,
  classifierOf,
  conv,
  crossEntropy,
  dataBlock,
  depthwiseConv,
  earlyStopping,
  findLearningRate,
  fineTune,
  fit,
  fitFlatCosine,
  fitOneCycle,
  focal,
  gradCam,
  hue,
  type ImageClassifier,
  imageFiles,
  interpret,
  labelSmoothing,
  type Layer,
  learnerFrom,
  loadLearner,
  maxPool,
  mixUp,
  parentLabel,
  type ParameterStore,
  predictWithAugmentation,
  progressiveResizing,
  randomErasing,
  randomSplitter,
  rectify,
  rectify6,
  reduceOnPlateau,
  residual,
  resizeAndNormalise,
  resizeSquare,
  saturation,
  saveBest,
  saveLearner,
  sgd,
  showBatch,
  stopOnNonFiniteLoss,
  trainRun,
  unfreeze,
  weightedCrossEntropy,
} from './index.js';
import { ParameterStore as Store } from './model/parameter-store.js';
import type { ImageFolder } from './testing/image-folder.js';
import {
  HALVES,
  makeLeakFixture,
  readAll,
  silentReporter,
  withLoaded,
} from './testing/leak-fixture.js';
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

const loadedFor = <Result>(use: (loaded: ImageClassifier) => Promise<Result>) =>
  withLoaded(images, use);

/** Stops after the batch at hand, whatever that is. */
const abortedBy = (use: (signal: AbortSignal, abort: () => void) => Promise<unknown>) => {
  const controller = new AbortController();
  return use(controller.signal, () => {
    controller.abort('enough');
  });
};

type Case = readonly [call: string, run: () => Promise<unknown>];

const training: readonly Case[] = [
  ['fit', () => withLearner((learner) => fit(learner, 2))],
  ['fitOneCycle', () => withLearner((learner) => fitOneCycle(learner, 2))],
  ['fitFlatCosine', () => withLearner((learner) => fitFlatCosine(learner, 2))],
  ['fineTune', () => withLearner((learner) => fineTune(learner, 1))],
  ['fit with SGD', () => withLearner((learner) => fit(learner, 1), { optimizer: sgd() })],
  [
    'fit with clipped and gathered gradients, some of them left over',
    () => withLearner((learner) => fit(learner, 1), { clipNorm: 0.1, accumulate: 3 }),
  ],
  ['fit with another loss', () => withLearner((learner) => fit(learner, 1), { loss: focal() })],
  [
    'fit with every callback',
    () =>
      withLearner((learner) =>
        fit(learner, 3, {
          callbacks: [
            mixUp(),
            progressiveResizing({ sizes: [{ epoch: 1, size: SIZE }], loadersFor: fewShapes }),
            saveBest(),
            reduceOnPlateau(),
            earlyStopping({ patience: 5 }),
            stopOnNonFiniteLoss(),
          ],
        }),
      ),
  ],
  [
    'fit that is aborted',
    () =>
      abortedBy((signal, abort) =>
        withLearner(
          (learner) =>
            fit(learner, 2, { signal, observer: { batch: abort, epoch: () => undefined } }),
          { accumulate: 4 },
        ),
      ),
  ],
  [
    'fit that a callback ends',
    () =>
      withLearner((learner) => {
        const end = () => ({ scope: 'fit', reason: 'enough' }) as const;
        return fit(learner, 2, { callbacks: [saveBest(), { name: 'end', afterBatch: end }] });
      }),
  ],
  ['Learner.predict', () => withLearner((learner) => learner.predict())],
  ['interpret', () => withLearner((learner) => interpret(learner, { split: 'train' }))],
  [
    'predictWithAugmentation',
    () =>
      withLearner(
        (learner) => predictWithAugmentation(learner, { passes: 2 }),
        {},
        images.loaders(),
      ),
  ],
  [
    'findLearningRate',
    () => withLearner((learner) => findLearningRate(learner, { steps: 5 }), { accumulate: 2 }),
  ],
  [
    'findLearningRate that diverges',
    () => withLearner((learner) => findLearningRate(learner, { startLr: 1e20, endLr: 1e38 })),
  ],
  [
    'findLearningRate that is aborted',
    () =>
      abortedBy((signal, onPoint) =>
        withLearner((learner) => findLearningRate(learner, { signal, onPoint })),
      ),
  ],
  [
    'Learner.snapshot, restore and freezeTo',
    () =>
      withLearner(async (learner) => {
        const snapshot = learner.snapshot();
        await fit(learner, 1);
        unfreeze(learner);
        await fit(learner, 1);
        learner.restore(snapshot);
        learner.restore(snapshot);
        snapshot.dispose();
        snapshot.dispose();
      }),
  ],
  [
    'Learner.dispose twice, while a snapshot lives',
    () =>
      withLearner((learner) => {
        const snapshot = learner.snapshot();
        learner.dispose();
        learner.dispose();
        snapshot.dispose();
      }),
  ],
  [
    'gradCam',
    () =>
      withLearner(async ({ model }) => {
        const inputs: Tensor4D = tf.zeros([2, SIZE, SIZE, 3]);
        await gradCam(model, inputs);
        await gradCam(model, inputs, { classIndex: 1 });
        inputs.dispose();
      }),
  ],
];

const withFiles: readonly Case[] = [
  ['showBatch', () => showBatch(images.loaders(), { statistics: HALVES, count: 2 })],
  ['reading batches', () => readAll(images.loaders().train)],
  ['leaving batches early', () => readAll(images.loaders().train, 1)],
  [
    'dataBlock',
    async () => {
      const blocks = await dataBlock({
        label: parentLabel,
        split: randomSplitter({ valid: 0.3, seed: 1 }),
        itemTransforms: [resizeSquare(32)],
        batchTransform: {
          train: augmentAndNormalise(
            SIZE,
            HALVES,
            augTransforms({ seed: 1, extra: [saturation(), hue(), randomErasing()] }),
          ),
          valid: resizeAndNormalise(SIZE, HALVES),
        },
      }).loaders(images.root, { batchSize: 3 });
      await readAll(blocks.train);
      await readAll(blocks.valid);
    },
  ],
  [
    'saveLearner',
    () => withLearner((learner) => saveLearner(learner, images.at('again')), {}, images.loaders()),
  ],
  ['loadLearner', () => loadedFor(() => Promise.resolve())],
  [
    'ImageClassifier.predictAll and explain',
    () =>
      loadedFor(async (loaded) => {
        const files = await imageFiles(images.root);
        await loaded.predictAll(files, { batchSize: 5 });
        await loaded.explain(files[0]!, { label: 'square' });
      }),
  ],
  [
    'classifierOf',
    async () => {
      const [file] = await imageFiles(images.root);
      await withLearner((learner) => classifierOf(learner).predict(file!), {}, images.loaders());
    },
  ],
  [
    'learnerFrom',
    async () => {
      const loaded = await loadLearner(images.at('saved'), { known: [tinyBody] });
      const learner = learnerFrom(loaded, images.loaders());
      await fit(learner, 1);
      learner.dispose();
    },
  ],
  ['trainRun', () => trainRun(images.job(), silentReporter)],
  [
    'trainRun that is stopped',
    () =>
      abortedBy((signal, event) =>
        trainRun(images.job(), { ...silentReporter, event }, { signal }),
      ),
  ],
];

describe.each([
  ['A call that trains or judges', training],
  ['A call that reads or writes files', withFiles],
])('%s leaves no tensor behind:', (_sentence, cases) => {
  it.each(cases)('%s', async (_call, run) => {
    await assertNoTensorLeak(async () => {
      await run();
      await run();
    });
  });
});

const window = { inputs: 3, outputs: 3, kernel: 3, stride: 2 };

describe('A layer leaves nothing but its output:', () => {
  it.each<readonly [layer: string, build: (store: ParameterStore) => Layer]>([
    ['conv', (store) => conv(store, 'layer', window)],
    [
      'conv with symmetric padding',
      (store) => conv(store, 'layer', { ...window, padding: 'symmetric' }),
    ],
    [
      'depthwiseConv with symmetric padding',
      (store) =>
        depthwiseConv(store, 'layer', { channels: 3, kernel: 3, stride: 2, padding: 'symmetric' }),
    ],
    ['maxPool', () => maxPool({ kernel: 3, stride: 2 })],
    ['batchNorm', (store) => batchNorm(store, 'layer', { channels: 3, epsilon: 1e-3 })],
    ['rectify', () => rectify],
    ['rectify6', () => rectify6],
    ['residual', () => residual(rectify)],
  ])('%s', async (_layer, build) => {
    const store = new Store({ weights: null, seed: 0 });
    const layer = build(store);
    const x: Tensor4D = tf.ones([2, 6, 6, 3]);
    await assertNoTensorLeak(() => {
      for (const isTraining of [true, false])
        layer.forward(x, { training: isTraining, seed: 0, step: 0 }).dispose();
    });
    store.dispose();
  });
});

describe('A loss leaves nothing but its output:', () => {
  it.each([
    ['crossEntropy', crossEntropy],
    ['labelSmoothing', labelSmoothing()],
    ['focal', focal()],
    ['weightedCrossEntropy', weightedCrossEntropy({ classWeights: [1, 2] })],
  ])('%s', async (_name, { byItem, weights }) => {
    const [logits, targets] = [tf.tensor2d([[1, 2]]), tf.tensor1d([1], 'int32')];
    await assertNoTensorLeak(() => {
      tf.dispose([byItem(logits, targets), ...(weights ? [weights(targets)] : [])]);
    });
  });
});
