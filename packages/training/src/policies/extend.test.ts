import { describe, expect, it } from 'vitest';
import { extendPhases } from './extend.js';
import type { FitPhase, LearningRateSpec } from './phase.js';
import { fitDefaults } from './recipes.js';

const fit = (learningRate: LearningRateSpec): FitPhase => ({
  ...fitDefaults,
  schedule: 'flat-cosine',
  weightDecay: 0.1,
  epochs: 7,
  learningRate,
});
const range = { kind: 'range', min: 1e-5, max: 1e-3 } as const;
const valley = {
  kind: 'suggestion',
  method: 'valley',
  scale: 0.5,
  spread: 100,
  fallback: null,
} as const;

describe('extendPhases', () => {
  it('gives the same fit once more, for 3 epochs', () => {
    expect(extendPhases(fit(range))).toEqual([{ ...fit(range), epochs: 3 }]);
  });

  it.each([
    [
      'one rate',
      { kind: 'rate', rate: 1e-3 } as const,
      { kind: 'rate', rate: 2e-3 },
      { spread: null },
    ],
    [
      'a slice',
      { kind: 'slice', max: 1e-3 } as const,
      { kind: 'slice', max: 2e-3 },
      { spread: 10 },
    ],
    ['a range', range, { kind: 'range', min: 2e-5, max: 2e-3 }, { spread: 100 }],
  ])('keeps the distance between layer groups: %s', (...[, rates, scaled, found]) => {
    const [given] = extendPhases(fit(rates), { learningRate: 2e-3 });
    expect(given).toMatchObject({ learningRate: { kind: scaled.kind } });
    const numbers = ({ learningRate }: FitPhase) =>
      Object.values(learningRate).filter((value) => typeof value === 'number');
    for (const [index, number] of numbers(given as FitPhase).entries())
      expect(number).toBeCloseTo(numbers(fit(scaled as LearningRateSpec))[index]!, 12);

    const [finder, suggested] = extendPhases(fit(rates), { learningRateFrom: 'slide', epochs: 2 });
    expect(finder).toMatchObject({ kind: 'lr-find' });
    expect(suggested).toMatchObject({
      epochs: 2,
      schedule: 'flat-cosine',
      learningRate: { kind: 'suggestion', method: 'slide', scale: 1 },
    });
    const { spread } = (suggested as FitPhase).learningRate as typeof valley;
    if (found.spread === null) expect(spread).toBeNull();
    else expect(spread).toBeCloseTo(found.spread, 9);
  });

  it('takes for a suggested rate what had been suggested', () => {
    const suggestions = [{ method: 'valley', learningRate: 4e-3, index: 1, note: '' }] as const;
    const [again] = extendPhases(fit(valley), { suggestions });
    expect(again).toMatchObject({ learningRate: { kind: 'range', min: 2e-5, max: 2e-3 } });
    expect(() => extendPhases(fit(valley))).toThrow(
      'Expected a learning rate suggested by `valley`',
    );
  });
});
