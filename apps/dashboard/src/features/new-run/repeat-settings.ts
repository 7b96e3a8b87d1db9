import type { SettingsToRepeatQuery } from '../../graphql/generated/graphql.js';
import { recipes } from './recipes.js';
import type { RunFormValues } from './run-form.js';

type Run = NonNullable<SettingsToRepeatQuery['run']>;

/** The form as it was for an earlier run, as far as the run still says. */
export function settingsOf(run: Run): Partial<RunFormValues> {
  const { config, phases } = run;
  const fits = phases.filter(({ kind }) => kind === 'FIT');
  const epochs = fits.at(-1)?.epochCount;
  const frozenEpochs = fits.length > 1 ? fits[0]?.epochCount : undefined;
  return {
    datasetId: run.dataset.id,
    recipe: config.recipe ?? 'FINE_TUNE',
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
