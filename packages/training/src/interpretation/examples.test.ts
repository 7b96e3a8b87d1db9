import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { examples, examplesByClass } from './examples.js';
import { predictionsOfCounts } from './predictions.conformance.js';

/** Rows 0 and 1 are cats seen as cats, 2 and 3 cats seen as dogs, 4 a dog seen as a cat. */
const predictions = {
  ...predictionsOfCounts(
    [
      [2, 2, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
    ['cat', 'dog', 'emu'],
  ),
  actualProbabilities: [0.6, 0.9, 0.1, 0.3, 0.2],
  predictedProbabilities: [0.6, 0.9, 0.9, 0.6, 0.8],
};
const rowsOf = (found: readonly { readonly row: number }[]) => found.map(({ row }) => row);

describe('examples', () => {
  it.each([
    ['of one class, the surest first', { actual: 'cat' }, [1, 0, 3, 2]],
    ['of one class, the least sure first', { actual: 'cat', order: 'lowest' }, [2, 3, 0, 1]],
    ['of one cell', { actual: 'cat', predicted: 'dog' }, [3, 2]],
    [
      'of one cell, the surest mistakes first',
      { actual: 'cat', predicted: 'dog', probabilityOf: 'predicted' },
      [2, 3],
    ],
    ['of one predicted class', { predicted: 'cat' }, [1, 0, 4]],
    ['of all classes, only so many', { count: 2 }, [1, 0]],
    ['of a class without any', { actual: 'emu' }, []],
  ] as const)('are items %s', (_sentence, options, rows) => {
    expect(rowsOf(examples(predictions, options))).toEqual(rows);
  });

  it('says what each item is, what it was taken for, and how likely both were', () => {
    expect(examples(predictions, { actual: 'dog' })).toEqual([
      {
        row: 4,
        item: 1004,
        actual: 'dog',
        predicted: 'cat',
        loss: 1,
        actualProbability: 0.2,
        predictedProbability: 0.8,
      },
    ]);
  });

  it('puts NaN last, whichever end comes first', () => {
    const broken = { ...predictions, actualProbabilities: [NaN, 0.9, 0.1, NaN, 0.2] };
    expect(rowsOf(examples(broken))).toEqual([1, 4, 2, 0, 3]);
    expect(rowsOf(examples(broken, { order: 'lowest' }))).toEqual([2, 4, 1, 0, 3]);
  });

  it('refuses a class that there is not', () => {
    expect(() => examples(predictions, { actual: 'cow' })).toThrow(InvalidOptionError);
    expect(() => examples(predictions, { predicted: 'cow' })).toThrow(/`predicted`.*cow/);
  });
});

describe('examplesByClass', () => {
  it('gives every class its own, in the order of the vocab', () => {
    const found = examplesByClass(predictions, { order: 'lowest', count: 2 });
    expect(found.map((one) => [one.label, rowsOf(one.examples)])).toEqual([
      ['cat', [2, 3]],
      ['dog', [4]],
      ['emu', []],
    ]);
  });
});
