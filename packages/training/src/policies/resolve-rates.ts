import { TrainingError } from '../errors.js';
import type { LrSuggestion, SuggestionMethod } from '../lr-finder/suggestion.js';
import type { LearningRateSpec } from './phase.js';

/** A fit was to use a finder's suggestion, and there is none. */
export class NoSuggestionError extends TrainingError {
  override readonly name = 'NoSuggestionError';
  readonly code = 'NO_SUGGESTION';
  readonly method: SuggestionMethod;

  constructor(method: SuggestionMethod, note: string | null) {
    super(
      `Expected a learning rate suggested by \`${method}\`, received none: ` +
        `${note ?? 'no learning-rate finder ran before this fit'}. ` +
        'Give a learning rate beside the suggestion, or choose another method',
    );
    this.method = method;
  }
}

/** A rate specification without a reference to a finder. */
export type ConcreteRates = Exclude<LearningRateSpec, { kind: 'suggestion' }>;

/** Replaces a reference to the last finder by what that finder suggested. */
export function resolveRates(
  spec: LearningRateSpec,
  suggestions: readonly LrSuggestion[],
): ConcreteRates {
  if (spec.kind !== 'suggestion') return spec;
  const suggestion = suggestions.find(({ method }) => method === spec.method);
  const found = suggestion?.learningRate ?? null;
  const rate = found === null ? spec.fallback : found * spec.scale;
  if (rate === null) throw new NoSuggestionError(spec.method, suggestion?.note ?? null);
  return spec.spread === null
    ? { kind: 'rate', rate }
    : { kind: 'range', min: rate / spec.spread, max: rate };
}
