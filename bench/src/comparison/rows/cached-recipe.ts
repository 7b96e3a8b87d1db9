import { recipePhases, useNativeEngine } from '@whetstone/training';
import type { Row } from '../row.js';
import { photosOf } from './photo-learner.js';
import { recipeEpochs } from './recipe-epochs.js';

const EPOCHS = 5;
/** How many looks of a train image ours keeps. */
const LOOKS = 4;

/** What is won by the engine alone, where both sides run the body once. */
export const cachedRecipe: Row = {
  id: 'cached-recipe',
  what:
    `the head of tf_efficientnet_lite0 on features that are computed once, 224 px, ${LOOKS} looks, ` +
    `${EPOCHS} epochs, decoding included, nothing kept from before`,
  unit: 's',
  rounds: { quick: 1, full: 5 },
  needsPhotos: true,
  async ours(inputs) {
    const { tensorflow } = await useNativeEngine();
    const { manifestFile } = photosOf(inputs.photos);
    const phases = recipePhases('head', { epochs: EPOCHS });
    await recipeEpochs(inputs, { phases, manifestFile, until: 1 });
    return {
      versions: { tensorflow },
      async measure() {
        const { seconds, errorRate } = (await recipeEpochs(inputs, { phases, manifestFile })).at(
          -1,
        )!;
        return { value: seconds, parts: { 'error rate': errorRate } };
      },
    };
  },
  peers: [
    {
      name: 'PyTorch',
      bar: 1.5,
      stretch: 2.5,
      script: 'cached-recipe.py',
      args: [String(LOOKS), String(EPOCHS)],
    },
  ],
};
