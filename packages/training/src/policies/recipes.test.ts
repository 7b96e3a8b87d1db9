import { describe, expect, it } from 'vitest';
import type { FitPhase, Phase } from './phase.js';
import { recipePhases } from './recipes.js';

const kinds = (phases: readonly Phase[]) => phases.map(({ kind }) => kind);
const fits = (phases: readonly Phase[]) =>
  phases.filter((phase): phase is FitPhase => phase.kind === 'fit');

describe('recipePhases', () => {
  it.each([
    ['LR_FIND finds a rate and trains nothing', 'lr-find', {}, ['lr-find']],
    ['HEAD trains the head alone', 'head', {}, ['fit']],
    ['FINE_TUNE trains the head, then everything', 'fine-tune', {}, ['fit', 'unfreeze', 'fit']],
    [
      'FINE_TUNE without frozen epochs starts with everything',
      'fine-tune',
      { frozenEpochs: 0 },
      ['unfreeze', 'fit'],
    ],
    [
      'a rate to be found puts a finder first',
      'fine-tune',
      { learningRateFrom: 'valley' },
      ['lr-find', 'fit', 'unfreeze', 'fit'],
    ],
    [
      'CHAPTER_FIVE tells the story of the chapter',
      'chapter-five',
      {},
      ['lr-find', 'fit', 'unfreeze', 'lr-find', 'fit'],
    ],
  ] as const)('%s', (...[, name, options, expected]) => {
    expect(kinds(recipePhases(name, options))).toEqual(expected);
  });

  it("gives fine_tune fastai's rates, warm-ups and divisors", () => {
    const [frozen, whole] = fits(recipePhases('fine-tune'));
    expect(frozen).toMatchObject({
      epochs: 1,
      learningRate: { kind: 'slice', max: 2e-3 },
      warmupShare: 0.99,
      startDivisor: 25,
      endDivisor: 1e5,
    });
    expect(whole).toMatchObject({
      epochs: 3,
      learningRate: { kind: 'range', min: 1e-5, max: 1e-3 },
      warmupShare: 0.3,
      startDivisor: 5,
      endDivisor: 1e5,
    });
  });

  it('halves a suggested rate for the whole network, as fine_tune halves its base rate', () => {
    const [frozen, whole] = fits(
      recipePhases('fine-tune', { learningRateFrom: 'valley', learningRate: 4e-3 }),
    );
    expect(frozen?.learningRate).toMatchObject({ scale: 1, spread: 10, fallback: 4e-3 });
    expect(whole?.learningRate).toMatchObject({ scale: 0.5, spread: 100, fallback: 2e-3 });
  });

  it('takes the epochs it is given', () => {
    const epochs = fits(recipePhases('chapter-five', { frozenEpochs: 2, epochs: 9 })).map(
      (fit) => fit.epochs,
    );
    expect(epochs).toEqual([2, 9]);
  });
});
