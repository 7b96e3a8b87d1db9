import { architecture, type Phase, type RecipeOptions, TrainingError } from '@whetstone/training';
import type { Data, StartRunInput } from '@whetstone/schema';
import { badInput } from '../errors.js';
import { assertInteger, assertRate, assertShare } from './input-ranges.js';
import { phasesFromInput } from './phases-from-input.js';
import { phasesOfRecipe } from './phases-of-recipe.js';
import type { RunSettings } from './run-store.js';
import type { Origin } from './starting-checkpoint.js';

const DEFAULT_ARCHITECTURE = 'tf_efficientnet_lite0';

type Input = Data<StartRunInput>;
type Settings = Omit<RunSettings, 'trainItems' | 'validItems' | 'from'>;

/**
 * Fills in what was left out, from the run whose checkpoint it begins with if there is one, and
 * throws at the first thing that is wrong.
 */
export function settingsFromInput(input: Input, origin?: Origin): Settings {
  const known = origin?.parent.settings;
  const wanted = input.architecture ?? known?.architecture ?? DEFAULT_ARCHITECTURE;
  const chosen = knownArchitecture(wanted);
  const imageSize = input.imageSize ?? known?.imageSize ?? chosen.imageSize;
  const batchSize = input.batchSize ?? known?.batchSize ?? 32;
  const seed = input.seed ?? known?.seed ?? 42;
  const validShare = input.validShare ?? known?.validShare ?? null;
  assertInteger('imageSize', imageSize, { from: 32, to: 1024 });
  assertInteger('batchSize', batchSize, { from: 1, to: 1024 });
  assertInteger('seed', seed, { from: 0, to: 2 ** 31 - 1 });
  if (validShare !== null) assertShare('validShare', validShare, { from: 0.01, to: 0.9 });
  if (origin !== undefined) assertFits(input, origin);
  const phases = phasesOf(input, origin);
  return {
    recipe: input.phases ? null : (input.recipe ?? 'fine-tune'),
    phases,
    architecture: chosen.name,
    imageSize,
    batchSize,
    seed,
    validShare,
    ...(known &&
      validShare !== null &&
      validShare === known.validShare && { splitSeed: known.splitSeed ?? known.seed }),
    frozenBody: input.frozenBody ?? known?.frozenBody ?? 'cached',
  };
}

/** Refuses another network than the checkpoint's, and to judge by what it was trained on. */
function assertFits(
  { architecture: name, validShare, datasetId }: Input,
  { parent }: Origin,
): void {
  const { settings } = parent;
  if (name != null && name !== settings.architecture) {
    throw badInput('architecture', {
      expected: `left out, or ${settings.architecture}, which the checkpoint of \`from\` is of`,
      received: name,
      fix: 'To train another network, start without `from`',
    });
  }
  const isNewSplit = validShare != null && validShare !== settings.validShare;
  if (isNewSplit && datasetId === parent.datasetId) {
    throw badInput('validShare', {
      expected: 'left out: another split would judge by images that the checkpoint was trained on',
      received: validShare,
      fix: 'The split stays that of the run that `from` is of',
    });
  }
}

function knownArchitecture(name: string) {
  try {
    return architecture(name);
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    throw badInput('architecture', {
      expected: 'a known network',
      received: name,
      fix: error.message,
    });
  }
}

function phasesOf(input: Input, origin: Origin | undefined): readonly Phase[] {
  const { phases, recipe } = input;
  if (!phases) return phasesOfRecipe(recipe ?? 'fine-tune', recipeOptions(input), origin);
  if (recipe) {
    throw badInput('recipe', {
      expected: 'left out beside `phases`',
      received: recipe,
      fix: 'Give a recipe or phases of your own, not both',
    });
  }
  for (const field of ['epochs', 'frozenEpochs', 'learningRate', 'learningRateFrom'] as const) {
    const received = input[field] ?? null;
    if (received === null) continue;
    throw badInput(field, {
      expected: 'left out beside `phases`',
      received,
      fix: 'Say it in the phase that it is for',
    });
  }
  return phasesFromInput(phases);
}

function recipeOptions(input: Input): RecipeOptions {
  const epochs = input.epochs ?? null;
  const frozenEpochs = input.frozenEpochs ?? null;
  const learningRate = input.learningRate ?? null;
  const learningRateFrom = input.learningRateFrom ?? null;
  if (epochs !== null) assertInteger('epochs', epochs, { from: 1, to: 1000 });
  if (frozenEpochs !== null) assertInteger('frozenEpochs', frozenEpochs, { from: 0, to: 1000 });
  if (learningRate !== null) assertRate('learningRate', learningRate);
  if (learningRate !== null && learningRateFrom !== null) {
    throw badInput('learningRateFrom', {
      expected: 'left out beside `learningRate`',
      received: learningRateFrom,
      fix: 'Give a rate, or a rule that finds one',
    });
  }
  return {
    ...(epochs !== null && { epochs }),
    ...(frozenEpochs !== null && { frozenEpochs }),
    ...(learningRate !== null && { learningRate }),
    ...(learningRateFrom !== null && { learningRateFrom }),
  };
}
