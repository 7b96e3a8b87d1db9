import { type Phase, recipePhases, useNativeEngine } from '@whetstone/training';
import type { Measurement, Row } from '../row.js';
import { photosOf } from './photo-learner.js';
import { type EpochEnd, recipeEpochs } from './recipe-epochs.js';

/** Seconds after which error rates are compared. */
const MOMENTS = [15, 30, 60, 120, 300];

/** What is worth trying within five minutes, under the names that the peer's recipes have. */
const RECIPES: Readonly<Record<string, readonly Phase[]>> = {
  'head:5': recipePhases('head'),
  'head:20': recipePhases('head', { epochs: 20 }),
  'fine_tune:3': recipePhases('fine-tune'),
};

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
    await recipeEpochs(inputs, { phases: RECIPES['head:5']!, manifestFile: splits[0]!, until: 1 });
    let round = 0;
    return {
      versions: { tensorflow },
      async measure() {
        const manifestFile = splits[round++ % splits.length]!;
        const runs: Record<string, readonly EpochEnd[]> = {};
        for (const [name, phases] of Object.entries(RECIPES))
          runs[name] = await recipeEpochs(inputs, { phases, manifestFile });
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
      // On two cores, one of each kind that ends within five minutes, and the head's first epoch.
      args: [MOMENTS.join(','), 'head:1', 'head:3', 'fine_tune:2'],
    },
  ],
};

/**
 * For each moment the best run's last epoch that had ended by then; before any has, everything is
 * taken for something else. Beside them, how each run ended, whenever it did.
 * bench/reference/error-vs-time.py does the same.
 */
export function errorsAfter(
  moments: readonly number[],
  runs: Readonly<Record<string, readonly EpochEnd[]>>,
): Measurement {
  const errors = moments.map((moment) => {
    const lasts = Object.values(runs).map((run) =>
      run.filter(({ seconds }) => seconds <= moment).at(-1),
    );
    return Math.min(...lasts.map((last) => last?.errorRate ?? 1));
  });
  const after = moments.map((moment, i): Part => [`after ${moment} s`, errors[i]!]);
  const ends = Object.entries(runs).map(([name, run]): Part => [
    `${name}, at its end`,
    run.at(-1)!.errorRate,
  ]);
  return {
    value: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    parts: Object.fromEntries([...after, ...ends]),
  };
}

type Part = [name: string, errorRate: number];
