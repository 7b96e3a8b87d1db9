import { describe, expect, it } from 'vitest';
import type { LrSuggestion } from '../lr-finder/suggestion.js';
import { NoSuggestionError, resolveRates } from './resolve-rates.js';

const suggestions: readonly LrSuggestion[] = [
  { method: 'valley', learningRate: 4e-3, index: 57, note: '' },
  { method: 'slide', learningRate: null, index: null, note: 'the curve never flattens' },
];
const wanted = { kind: 'suggestion', scale: 1, spread: null, fallback: null } as const;

describe('resolveRates', () => {
  it('takes what the last finder suggested, for every group', () => {
    expect(resolveRates({ ...wanted, method: 'valley' }, suggestions)).toEqual({
      kind: 'rate',
      rate: 4e-3,
    });
  });

  it('spreads a scaled suggestion over the groups', () => {
    const spec = { ...wanted, method: 'valley', scale: 0.5, spread: 100 } as const;
    expect(resolveRates(spec, suggestions)).toEqual({ kind: 'range', min: 2e-5, max: 2e-3 });
  });

  it('uses the fallback as it is where the method has no answer', () => {
    const spec = { ...wanted, method: 'slide', scale: 0.5, fallback: 1e-3 } as const;
    expect(resolveRates(spec, suggestions)).toEqual({ kind: 'rate', rate: 1e-3 });
  });

  it('fails with the reason where there is no fallback', () => {
    expect(() => resolveRates({ ...wanted, method: 'slide' }, suggestions)).toThrow(
      /suggested by `slide`, received none: the curve never flattens/,
    );
    expect(() => resolveRates({ ...wanted, method: 'valley' }, [])).toThrow(NoSuggestionError);
  });
});
