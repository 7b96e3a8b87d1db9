/** A callback of one's own beside those that come along: examples/02-own-callback.ts FOLDER [SIZE] */
import {
  architecture,
  type Callback,
  dataBlock,
  earlyStopping,
  fitOneCycle,
  mixUp,
  parentLabel,
  presizing,
  randomSplitter,
  saveBest,
  useNativeEngine,
  visionLearner,
} from '@whetstone/training';

/** Ends the fit once so many milliseconds have passed. */
function timeLimit(milliseconds: number): Callback {
  let deadline = Infinity;
  return {
    name: 'time-limit',
    beforeFit() {
      deadline = Date.now() + milliseconds;
    },
    afterBatch({ step, time }) {
      if (time < deadline) return undefined;
      return { scope: 'fit', reason: `the time was over after step ${step}` };
    },
  };
}

const [folder = 'images/pets', size = '128'] = process.argv.slice(2);
await useNativeEngine();
const body = architecture('tf_efficientnet_lite0');
const photos = dataBlock({
  label: parentLabel,
  split: randomSplitter(),
  ...presizing({ imageSize: Number(size), statistics: body }),
});
const learner = await visionLearner(await photos.loaders(folder), { architecture: body });

const outcome = await fitOneCycle(learner, 10, {
  learningRate: 3e-3,
  callbacks: [
    timeLimit(5 * 60_000),
    earlyStopping({ patience: 2 }),
    saveBest({ monitor: 'errorRate' }),
    mixUp({ alpha: 0.2 }),
  ],
  observer: {
    batch: ({ step, smoothedLoss }) => {
      console.log(`step ${step}: loss ${smoothedLoss.toFixed(3)}`);
    },
    epoch: ({ epoch, validLoss }) => {
      console.log(`epoch ${epoch}: valid loss ${validLoss.toFixed(3)}`);
    },
  },
});
console.log(outcome);
learner.dispose();
