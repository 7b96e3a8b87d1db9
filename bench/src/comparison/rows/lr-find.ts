import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { findLearningRate, freeze } from '@whetstone/training';
import type { Inputs, Row } from '../row.js';
import { photoLearner } from './photo-learner.js';

const STEPS = 100;

/** The first thing that somebody does with new photos. Each round begins with no presized copy. */
export const lrFindCold: Row = {
  id: 'lr-find-cold',
  what: 'learning-rate finder of tf_efficientnet_lite0, frozen body, 100 steps of 32 images of 224 px, no image presized before',
  unit: 's',
  rounds: { quick: 1, full: 3 },
  needsPhotos: true,
  async ours(inputs) {
    const { versions } = await findCold(inputs, 2);
    return { versions, measure: async () => (await findCold(inputs, STEPS)).seconds };
  },
  peers: [
    {
      name: 'fastai',
      bar: 5,
      stretch: 8,
      script: 'timed-lr-find.py',
      args: [String(STEPS)],
    },
  ],
};

async function findCold(inputs: Inputs, steps: number) {
  const imagesDir = await mkdtemp(path.join(inputs.scratch, 'images-'));
  const { learner, versions } = await photoLearner(inputs, imagesDir);
  freeze(learner);
  const started = performance.now();
  const { points } = await findLearningRate(learner, { steps, stopOnDivergence: false });
  const seconds = (performance.now() - started) / 1000;
  learner.dispose();
  await rm(imagesDir, { recursive: true });
  if (points.length === steps) return { seconds, versions };
  throw new Error(`Expected ${steps} steps, received ${points.length}: a loss was not finite`);
}
