import {
  architecture,
  type Phase,
  type RecipeOptions,
  recipePhases,
  TrainingError,
} from '@whetstone/training';
import type { Data, StartRunInput } from '@whetstone/schema';
import { badInput } from '../errors.js';
import { assertInteger, assertRate, assertShare } from './input-ranges.js';
import { phasesFromInput } from './phases-from-input.js';
import type { RunSettings } from './run-store.js';

const DEFAULT_ARCHITECTURE = 'tf_efficientnet_lite0';

type Settings = Omit<RunSettings, 'trainItems' | 'validItems'>;

/** Fills in what was left out and throws at the first thing that is wrong. */
export function settingsFromInput(input: Data<StartRunInput>): Settings {
  const chosen = knownArchitecture(input.architecture ?? DEFAULT_ARCHITECTURE);
  const imageSize = input.imageSize ?? chosen.imageSize;
  const batchSize = input.batchSize ?? 32;
  const seed = input.seed ?? 42;
  const validShare = input.validShare ?? null;
  assertInteger('imageSize', imageSize, { from: 32, to: 1024 });
  assertInteger('batchSize', batchSize, { from: 1, to: 1024 });
  assertInteger('seed', seed, { from: 0, to: 2 ** 31 - 1 });
  if (validShare !== null) assertShare('validShare', validShare, { from: 0.01, to: 0.9 });
  const phases = phasesOf(input);
  return {
    recipe: input.phases ? null : (input.recipe ?? 'fine-tune'),
    phases,
    architecture: chosen.name,
    imageSize,
    batchSize,
    seed,
    validShare,
    frozenBody: input.frozenBody ?? 'cached',
  };
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

function phasesOf(input: Data<StartRunInput>): readonly Phase[] {
  const { phases, recipe } = input;
  if (!phases) return recipePhases(recipe ?? 'fine-tune', recipeOptions(input));
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

function recipeOptions(input: Data<StartRunInput>): RecipeOptions {
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
