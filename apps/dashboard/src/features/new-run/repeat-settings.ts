import type { SettingsToRepeatQuery } from '../../graphql/generated/graphql.js';
import { recipes } from './recipes.js';
import type { RunFormValues } from './run-form.js';

type Run = NonNullable<SettingsToRepeatQuery['run']>;

/** A run with the checkpoints that it keeps, and the one to begin with: an id, or empty for none. */
export interface Origin {
  readonly name: string;
  readonly checkpoints: Run['checkpoints'];
  readonly from: string;
}

/**
 * What a new run may begin with: a checkpoint of this run, the newest if the one that is asked for is no
 * longer kept, or, to repeat the run, that which it began with. Null: pretrained weights.
 */
export function originOf(run: Run, checkpoint: string | null): Origin | null {
  const from = (checkpoints: Run['checkpoints'], id: string) =>
    checkpoints.find((one) => one.id === id)?.id ?? checkpoints.at(-1)?.id ?? '';
  if (checkpoint !== null) return { ...run, from: from(run.checkpoints, checkpoint) };
  const { parent, startedFrom } = run;
  if (parent === null || startedFrom === null) return null;
  return { ...parent, from: from(parent.checkpoints, startedFrom.checkpoint) };
}

/** The form as it was for an earlier run, as far as the run still says. */
export function settingsOf(run: Run, origin: Origin | null = null): Partial<RunFormValues> {
  const { config, phases } = run;
  const fits = phases.filter(({ kind }) => kind === 'FIT');
  const epochs = fits.at(-1)?.epochCount;
  const frozenEpochs = fits.length > 1 ? fits[0]?.epochCount : undefined;
  return {
    datasetId: run.dataset.id,
    from: origin?.from ?? '',
    recipe: recipeOf(run, origin),
    ...(epochs !== undefined && { epochs: String(epochs) }),
    ...(frozenEpochs !== undefined && { frozenEpochs: String(frozenEpochs) }),
    ...rateOf(run),
    architecture: run.architecture,
    imageSize: String(config.imageSize),
    batchSize: String(config.batchSize),
    frozenBody: config.frozenBody === 'LIVE' ? 'LIVE' : '',
    seed: String(config.seed),
    validShare: config.validShare === null ? '' : String(config.validShare),
    name: run.name,
  };
}

/** Nothing can be extended where nothing is begun with. */
function recipeOf({ config }: Run, origin: Origin | null): RunFormValues['recipe'] {
  const recipe = config.recipe ?? 'FINE_TUNE';
  return recipe === 'EXTEND' && !origin?.from ? 'FINE_TUNE' : recipe;
}

/** Where its learning rate came from: the recipe, the person who typed one, or a finder. */
function rateOf({ config, phases }: Run): Pick<RunFormValues, 'rateFrom' | 'learningRate'> {
  const recipe = recipes[config.recipe ?? 'FINE_TUNE'];
  const given = config.learningRate;
  if (given !== null && given !== recipe.learningRate)
    return { rateFrom: 'own', learningRate: String(given) };
  const first = phases.findIndex(({ kind }) => kind === 'FIT');
  const isFound = phases.slice(0, first).some(({ kind }) => kind === 'LR_FIND');
  return { rateFrom: isFound && !recipe.findsRate ? 'finder' : 'recipe', learningRate: '' };
}
