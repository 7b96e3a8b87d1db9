import {
  architecture as architectureOf,
  type Batch,
  type BatchSource,
  DataLoader,
  type Learner,
  resizeAndNormalise,
  useNativeEngine,
  visionLearner,
} from '@whetstone/training';

export const BATCH_SIZE = 32;
export const IMAGE_SIZE = 224;
const CLASSES = 37;

/** How architectures are called in the ids of rows. */
export const SHORT_NAMES = {
  lite0: 'tf_efficientnet_lite0',
  mobilenetv2: 'mobilenetv2_100',
  resnet18: 'resnet18',
  resnet34: 'resnet34',
  resnet50: 'resnet50',
} as const;

export type ShortName = keyof typeof SHORT_NAMES;

export interface SyntheticLearner {
  readonly learner: Learner;
  /** Makes the same batch of noise again; a step consumes it. */
  readonly nextBatch: () => Promise<Batch>;
  readonly versions: Readonly<Record<string, string>>;
}

/** A learner with drawn weights that trains all its layers, and a batch for it: where only time and memory count. */
export async function syntheticLearner(name: ShortName): Promise<SyntheticLearner> {
  const { tensorflow } = await useNativeEngine();
  const architecture = architectureOf(SHORT_NAMES[name]);
  const source = noise(architecture);
  const vocab = Array.from({ length: CLASSES }, (_, index) => `class ${index}`);
  const loaders = { train: source, valid: source, vocab };
  const learner = await visionLearner(loaders, { architecture, weights: null });
  return { learner, nextBatch: () => firstBatch(source), versions: { tensorflow } };
}

/** One unfrozen step; returns its seconds. Making the batch is not among them, as it is not for the peer. */
export async function timedStep(synthetic: SyntheticLearner, step: number): Promise<number> {
  const batch = await synthetic.nextBatch();
  const started = performance.now();
  await trainOn(synthetic, batch, step);
  return (performance.now() - started) / 1000;
}

/** Forward, backward and the optimizer, for every parameter. */
export async function trainOn(
  { learner }: SyntheticLearner,
  batch: Batch,
  step: number,
): Promise<void> {
  const learningRates = new Array<number>(learner.layerGroupCount).fill(1e-4);
  await learner.trainBatch(batch, { learningRates, momentum: 0.9, weightDecay: 0.01 }, step);
}

/** As many batches, made before; whoever reads them disposes of them. */
export async function heldBatches(
  { nextBatch }: SyntheticLearner,
  length: number,
): Promise<BatchSource> {
  const held: Batch[] = [];
  while (held.length < length) held.push(await nextBatch());
  return {
    length,
    itemCount: length * BATCH_SIZE,
    // eslint-disable-next-line @typescript-eslint/require-await -- batches come asynchronously
    async *batches() {
      yield* held;
    },
  };
}

function noise(statistics: Parameters<typeof resizeAndNormalise>[1]): BatchSource {
  const pixels = Uint8Array.from(
    { length: IMAGE_SIZE * IMAGE_SIZE * 3 },
    // Any fixed noise does; multiplying by an odd number scatters the bits.
    (_, index) => Math.imul(index, 2_654_435_761) >>> 24,
  );
  return new DataLoader({
    samples: Array.from({ length: BATCH_SIZE }, (_, item) => {
      return { item, hash: '', source: '', classIndex: item % CLASSES };
    }),
    readPixels: ({ item }) => Promise.resolve(pixels.map((value) => value ^ item)),
    side: IMAGE_SIZE,
    transform: resizeAndNormalise(IMAGE_SIZE, statistics),
    batchSize: BATCH_SIZE,
  });
}

async function firstBatch(source: BatchSource): Promise<Batch> {
  for await (const batch of source.batches(0)) return batch;
  throw new Error('Expected a batch, received none');
}
