import {
  architecture as architectureOf,
  type EpochResult,
  findLearningRate,
  fineTune,
  fitOneCycle,
  imageLoaders,
  type Learner,
  readManifest,
  unfreeze,
  visionLearner,
} from '@whetstone/training';

/**
 * `recipe` is the recipe CHAPTER_FIVE, `bigger-body` the chapter's last network, `variations` what it
 * tries after the same head.
 */
export type Story = 'recipe' | 'bigger-body' | 'variations';

/** One paragraph of the chapter: a fit, and how each of its epochs ended. */
export interface Stage {
  readonly stage: 'head' | 'one-rate' | 'slice' | 'more-epochs' | 'bigger-body';
  /** Peak rate of the head, by the finder's valley where it is found. */
  readonly learningRate: number;
  readonly epochs: readonly EpochFigures[];
  readonly seconds: number;
}

export interface EpochFigures {
  readonly trainLoss: number;
  readonly validLoss: number;
  readonly errorRate: number;
}

export interface StoryTask {
  readonly story: Story;
  readonly architecture: string;
  readonly manifestFile: string;
  readonly imagesDir: string;
  readonly imageSize: number;
}

/** The book's rates, where a finder has no answer. */
const HEAD_RATE = 3e-3;
const WHOLE_NETWORK_RATE = 1e-4;
const FINE_TUNE_RATE = 2e-3;
/** How much slower the first layers learn than the head, in a slice. */
const SPREAD = 100;

/** Tells the story here, stage by stage, as bench/reference/chapter-five.py does with fastai. */
export async function* stages(task: StoryTask): AsyncGenerator<Stage> {
  const architecture = architectureOf(task.architecture);
  const loaders = imageLoaders({
    manifest: await readManifest(task.manifestFile),
    imagesDir: task.imagesDir,
    imageSize: task.imageSize,
    statistics: architecture,
  });
  const learner = await visionLearner(loaders, { architecture });
  try {
    yield* stories[task.story](learner);
  } finally {
    learner.dispose();
  }
}

const stories: Readonly<Record<Story, (learner: Learner) => AsyncGenerator<Stage>>> = {
  recipe,
  'bigger-body': biggerBody,
  variations,
};

async function* recipe(learner: Learner): AsyncGenerator<Stage> {
  yield await trainHead(learner);
  const peak = await rateForEverything(learner);
  yield fitStage(learner, { stage: 'slice', epochs: 6, peak, isSlice: true });
}

async function* variations(learner: Learner): AsyncGenerator<Stage> {
  await trainHead(learner);
  const peak = await rateForEverything(learner);
  const trainedHead = learner.snapshot();
  try {
    yield fitStage(learner, { stage: 'one-rate', epochs: 6, peak });
    learner.restore(trainedHead);
    yield fitStage(learner, { stage: 'more-epochs', epochs: 12, peak, isSlice: true });
  } finally {
    trainedHead.dispose();
  }
}

async function trainHead(learner: Learner): Promise<Stage> {
  const { learningRate } = await findLearningRate(learner);
  return fitStage(learner, { stage: 'head', epochs: 3, peak: learningRate ?? HEAD_RATE });
}

async function rateForEverything(learner: Learner): Promise<number> {
  unfreeze(learner);
  const { learningRate } = await findLearningRate(learner);
  return learningRate ?? WHOLE_NETWORK_RATE;
}

/** The chapter's last network: three frozen epochs and six of everything, by fastai's `fine_tune`. */
async function* biggerBody(learner: Learner): AsyncGenerator<Stage> {
  yield recorded('bigger-body', FINE_TUNE_RATE, (observer) =>
    fineTune(learner, 6, { frozenEpochs: 3, learningRate: FINE_TUNE_RATE, observer }),
  );
}

interface Fit {
  readonly stage: Stage['stage'];
  readonly epochs: number;
  readonly peak: number;
  readonly isSlice?: boolean;
}

function fitStage(learner: Learner, { stage, epochs, peak, isSlice = false }: Fit): Promise<Stage> {
  const learningRate = isSlice ? { min: peak / SPREAD, max: peak } : peak;
  return recorded(stage, peak, (observer) =>
    fitOneCycle(learner, epochs, { learningRate, observer }),
  );
}

interface EpochObserver {
  batch(): void;
  epoch(result: EpochResult): void;
}

async function recorded(
  stage: Stage['stage'],
  learningRate: number,
  fit: (observer: EpochObserver) => Promise<unknown>,
): Promise<Stage> {
  const started = Date.now();
  const epochs: EpochFigures[] = [];
  await fit({
    batch: () => undefined,
    epoch: ({ trainLoss, validLoss, metrics }) => {
      const { value } = metrics.find(({ name }) => name === 'errorRate')!;
      epochs.push({ trainLoss, validLoss, errorRate: value });
    },
  });
  return { stage, learningRate, epochs, seconds: (Date.now() - started) / 1000 };
}
