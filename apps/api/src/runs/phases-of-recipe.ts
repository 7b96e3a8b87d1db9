import {
  extendPhases,
  type FitPhase,
  type Phase,
  type RecipeName,
  type RecipeOptions,
  recipePhases,
} from '@whetstone/training';
import { badInput } from '../errors.js';
import type { Origin } from './starting-checkpoint.js';

/** What the API calls a recipe: the engine's, and one that goes on where another run was. */
export type RunRecipe = RecipeName | 'extend';

/**
 * The phases of a recipe, for pretrained weights or for a checkpoint. Those that begin with the head
 * alone freeze the body of a checkpoint first; a finder by itself takes it as it is.
 */
export function phasesOfRecipe(
  recipe: RunRecipe,
  options: RecipeOptions,
  origin: Origin | undefined,
): readonly Phase[] {
  if (recipe === 'extend') return extended(options, origin);
  const phases = recipePhases(recipe, options);
  if (origin === undefined || recipe === 'lr-find') return phases;
  return [{ kind: 'freeze', upTo: -1 }, ...phases];
}

/** The last fit of the other run once more, as far as the checkpoint goes. */
function extended(
  { frozenEpochs, ...options }: RecipeOptions,
  origin: Origin | undefined,
): readonly Phase[] {
  if (origin === undefined) {
    throw badInput('recipe', {
      expected: 'one that begins with pretrained weights where `from` is left out',
      received: 'EXTEND',
      fix: 'Give a checkpoint of the run to extend as `from`',
    });
  }
  if (frozenEpochs !== undefined) {
    throw badInput('frozenEpochs', {
      expected: 'left out beside EXTEND',
      received: frozenEpochs,
      fix: 'It freezes nothing. FINE_TUNE trains the head alone first',
    });
  }
  const { parent, state, checkpoint } = origin;
  const behind = parent.settings.phases.slice(0, checkpoint.phase + (checkpoint.within ? 1 : 0));
  const place = behind.findLastIndex(({ kind }) => kind === 'fit');
  if (place === -1) {
    throw badInput('from', {
      expected: 'a checkpoint behind the beginning of a fit, which EXTEND can go on with',
      received: 'one before any',
      fix: 'Choose a later one, or say with `phases` what to do',
    });
  }
  const finder = state.phases.slice(0, place).findLast(({ lrFinder }) => lrFinder !== null);
  // The line above the check has found a fit there.
  const fit = behind[place] as FitPhase;
  return extendPhases(fit, { ...options, suggestions: finder?.lrFinder?.suggestions ?? [] });
}
