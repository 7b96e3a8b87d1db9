import type { LrSuggestion, SuggestionMethod } from '../lr-finder/suggestion.js';
import type { FitPhase, LearningRateSpec, Phase } from './phase.js';
import { lrFindDefaults } from './recipes.js';
import { type ConcreteRates, resolveRates } from './resolve-rates.js';

/** What of a fit is to be different the second time. */
export interface ExtendOptions {
  /** @default 3 */
  readonly epochs?: number;
  /** Peak rate of the head; the other layer groups keep their distance to it. @default that of the fit */
  readonly learningRate?: number;
  /** Puts a finder first and takes the rate that it suggests for the head. */
  readonly learningRateFrom?: SuggestionMethod;
  /** What the finder before the fit had suggested. @default [] */
  readonly suggestions?: readonly LrSuggestion[];
}

/** fastai's `slice(max)`: the body learns at a tenth of the head's rate. */
const SLICE_SPREAD = 10;

/**
 * The phases that train on where a fit has ended: the same schedule, rates and weight decay once
 * more, on what learns already. For a run that begins with a checkpoint (`RunJob.startFrom`).
 *
 * @throws NoSuggestionError if the fit took a suggestion that `suggestions` lack.
 */
export function extendPhases(
  fit: FitPhase,
  { epochs = 3, learningRate, learningRateFrom, suggestions = [] }: ExtendOptions = {},
): Phase[] {
  const rates = resolveRates(fit.learningRate, suggestions);
  if (learningRateFrom === undefined) {
    const scaled = learningRate === undefined ? rates : scaledTo(learningRate, rates);
    return [{ ...fit, epochs, learningRate: scaled }];
  }
  const found: LearningRateSpec = {
    kind: 'suggestion',
    method: learningRateFrom,
    scale: 1,
    spread: spreadOf(rates),
    fallback: learningRate ?? null,
  };
  return [lrFindDefaults, { ...fit, epochs, learningRate: found }];
}

function spreadOf(rates: ConcreteRates): number | null {
  switch (rates.kind) {
    case 'rate':
      return null;
    case 'slice':
      return SLICE_SPREAD;
    case 'range':
      return rates.max / rates.min;
  }
}

function scaledTo(peak: number, rates: ConcreteRates): ConcreteRates {
  switch (rates.kind) {
    case 'rate':
      return { kind: 'rate', rate: peak };
    case 'slice':
      return { kind: 'slice', max: peak };
    case 'range':
      return { kind: 'range', min: (rates.min / rates.max) * peak, max: peak };
  }
}
