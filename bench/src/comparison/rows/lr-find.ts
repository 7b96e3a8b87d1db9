import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { findLearningRate, freeze } from '@whetstone/training';
import type { Inputs, Peer, Row } from '../row.js';
import { photoLearner } from './photo-learner.js';

const STEPS = 100;
const WHAT =
  'learning-rate finder of tf_efficientnet_lite0, frozen body (ours cached), 100 steps of 32 images of 224 px';

const fastai = (goal: Pick<Peer, 'bar' | 'stretch'>): Peer => ({
  ...goal,
  name: 'fastai',
  script: 'timed-lr-find.py',
  args: [String(STEPS)],
});

/** The first thing that somebody does with new photos. Each round begins with nothing presized and no features. */
const lrFindCold: Row = {
  id: 'lr-find-cold',
  what: `${WHAT}, nothing kept from before`,
  unit: 's',
  rounds: { quick: 1, full: 3 },
  needsPhotos: true,
  async ours(inputs) {
    const { versions } = await findIn(await emptyFolder(inputs), inputs, 2);
    const measure = async () => {
      const folder = await emptyFolder(inputs);
      const { seconds } = await findIn(folder, inputs, STEPS);
      await rm(folder, { recursive: true });
      return seconds;
    };
    return { versions, measure };
  },
  peers: [fastai({ bar: 5, stretch: 8 })],
};

/** Every time after the first: features are there. */
const lrFindWarm: Row = {
  id: 'lr-find-warm',
  what: `${WHAT}, features kept from before`,
  unit: 's',
  rounds: { quick: 1, full: 3 },
  needsPhotos: true,
  async ours(inputs) {
    const folder = await emptyFolder(inputs);
    const { versions } = await findIn(folder, inputs, STEPS);
    return { versions, measure: async () => (await findIn(folder, inputs, STEPS)).seconds };
  },
  peers: [fastai({ bar: 30, stretch: 60 })],
};

export const lrFinds: readonly Row[] = [lrFindCold, lrFindWarm];

const emptyFolder = ({ scratch }: Inputs): Promise<string> => mkdtemp(path.join(scratch, 'kept-'));

/** A finder whose presized images and features are kept in `folder`. */
async function findIn(folder: string, inputs: Inputs, steps: number) {
  const { learner, versions } = await photoLearner(inputs, {
    imagesDir: path.join(folder, 'images'),
    featuresDir: path.join(folder, 'features'),
  });
  freeze(learner);
  const started = performance.now();
  const { points } = await findLearningRate(learner, { steps, stopOnDivergence: false });
  const seconds = (performance.now() - started) / 1000;
  learner.dispose();
  if (points.length === steps) return { seconds, versions };
  throw new Error(`Expected ${steps} steps, received ${points.length}: a loss was not finite`);
}
