import { fitOneCycle } from '@whetstone/training';
import type { Row } from '../row.js';
import { photoLearner } from './photo-learner.js';

/** What a person waits for: reading, augmenting, training and judging. */
export const epoch: Row = {
  id: 'epoch-lite0',
  what: 'unfrozen epoch of tf_efficientnet_lite0 at 224 px, train and valid split, with decoding (ours from presized copies) and augmentation',
  unit: 's',
  isQuick: true,
  rounds: { quick: 2, full: 3 },
  needsPhotos: true,
  async ours(inputs) {
    const { learner, versions } = await photoLearner(inputs);
    const measure = async () => {
      const started = performance.now();
      await fitOneCycle(learner, 1, { learningRate: 1e-3 });
      return (performance.now() - started) / 1000;
    };
    await measure();
    return { versions, measure };
  },
  peers: [{ name: 'fastai', bar: 2.5, stretch: 3.5, script: 'timed-epoch.py', args: [] }],
};
