import { type Phase, recipePhases, useNativeEngine } from '@whetstone/training';
import type { Measurement, Row } from '../row.js';
import { photosOf } from './photo-learner.js';
import { type EpochEnd, recipeEpochs } from './recipe-epochs.js';

/** Seconds after which error rates are compared. */
const MOMENTS = [15, 30, 60, 120, 300];

/** What is worth trying within five minutes. */
const RECIPES: readonly (readonly Phase[])[] = [
  recipePhases('head'),
  recipePhases('head', { epochs: 20 }),
  recipePhases('fine-tune'),
];

/** How good a network there is after as long as one has. */
export const errorVsTime: Row = {
  id: 'error-vs-time',
  what:
    `mean of the error rates after ${MOMENTS.join(', ')} s, tf_efficientnet_lite0 at 224 px, decoding ` +
    'included, nothing kept from before; each round another split; for each moment the best of several recipes',
  unit: 'error rate',
  rounds: { quick: 1, full: 5 },
  needsPhotos: true,
  async ours(inputs) {
    const { tensorflow } = await useNativeEngine();
    const splits = photosOf(inputs.photos).manifestFiles;
    await recipeEpochs(inputs, { phases: RECIPES[0]!, manifestFile: splits[0]!, until: 1 });
    let round = 0;
    return {
      versions: { tensorflow },
      async measure() {
        const manifestFile = splits[round++ % splits.length]!;
        const runs: (readonly EpochEnd[])[] = [];
        for (const phases of RECIPES)
          runs.push(await recipeEpochs(inputs, { phases, manifestFile }));
        return errorsAfter(MOMENTS, runs);
      },
    };
  },
  peers: [
    {
      name: 'fastai',
      bar: 1,
      stretch: null,
      script: 'error-vs-time.py',
      args: [MOMENTS.join(','), 'head:1', 'head:3', 'fine_tune:1', 'fine_tune:3'],
    },
  ],
};

/**
 * For each moment the best run's last epoch that had ended by then; before any has, everything is
 * taken for something else. bench/reference/error-vs-time.py does the same.
 */
export function errorsAfter(
  moments: readonly number[],
  runs: readonly (readonly EpochEnd[])[],
): Measurement {
  const errors = moments.map((moment) => {
    const lasts = runs.map((run) => run.filter(({ seconds }) => seconds <= moment).at(-1));
    return Math.min(...lasts.map((last) => last?.errorRate ?? 1));
  });
  return {
    value: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    parts: Object.fromEntries(moments.map((moment, i) => [`after ${moment} s`, errors[i]!])),
  };
}
