import { recipePhases, useNativeEngine } from '@whetstone/training';
import type { Row } from '../row.js';
import { photosOf } from './photo-learner.js';
import { recipeEpochs } from './recipe-epochs.js';

/** How long a person waits for what they already get from fastai. */
export const timeToError: Row = {
  id: 'time-to-error',
  what:
    'time to the error rate that `fine_tune(3)` ends with, tf_efficientnet_lite0 at 224 px, decoding ' +
    'included, nothing kept from before (ours: `HEAD` with its defaults, the body cached)',
  unit: 's',
  rounds: { quick: 1, full: 5 },
  needsPhotos: true,
  followsPeer: true,
  async ours(inputs) {
    const { tensorflow } = await useNativeEngine();
    const splits = photosOf(inputs.photos).manifestFiles;
    const phases = recipePhases('head');
    await recipeEpochs(inputs, { phases, manifestFile: splits[0]!, until: 1 });
    let round = 0;
    return {
      versions: { tensorflow },
      async measure(peer) {
        const until = peer?.parts?.['error rate'];
        if (until === undefined) throw new Error('Expected the error rate to reach from the peer');
        const manifestFile = splits[round++ % splits.length]!;
        const { seconds, errorRate } = (
          await recipeEpochs(inputs, { phases, manifestFile, until })
        ).at(-1)!;
        if (errorRate > until)
          throw new Error(`Expected an error rate of ${until}, reached ${errorRate}`);
        return { value: seconds, parts: { 'error rate': errorRate } };
      },
    };
  },
  peers: [{ name: 'fastai', bar: 15, stretch: 20, script: 'time-to-error.py', args: [] }],
};
