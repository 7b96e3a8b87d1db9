import type { Data, PhaseInput, StartRunInput } from '@whetstone/schema';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.js';
import { settings as parentSettings } from '../testing/facts.js';
import { initialState } from './run-state.js';
import { settingsFromInput } from './settings-from-input.js';
import type { Origin } from './starting-checkpoint.js';

type Input = Partial<Data<StartRunInput>>;

const settings = (input: Input) => settingsFromInput({ datasetId: 'ds_1', ...input });

function refusalOf(input: Input): { code: string; field: string | undefined; message: string } {
  try {
    settings(input);
  } catch (error) {
    if (error instanceof DomainError) {
      const { code, field, message } = error;
      return { code, field, message };
    }
    throw error;
  }
  throw new Error('Expected a refusal');
}

const one = (phase: Data<PhaseInput>): Input => ({ phases: [phase] });
const fit = (change: object): Input => one({ fit: { epochs: 1, ...change } });

describe('settingsFromInput', () => {
  it('fills in what was left out', () => {
    const { phases, ...rest } = settings({});
    expect(rest).toEqual({
      recipe: 'fine-tune',
      architecture: 'tf_efficientnet_lite0',
      imageSize: 224,
      batchSize: 32,
      seed: 42,
      validShare: null,
      frozenBody: 'cached',
    });
    expect(phases.map(({ kind }) => kind)).toEqual(['fit', 'unfreeze', 'fit']);
  });

  it.each([
    ['LR_FIND', { recipe: 'lr-find' }, ['lr-find']],
    ['HEAD', { recipe: 'head', epochs: 2 }, ['fit']],
    [
      'FINE_TUNE without a frozen epoch',
      { recipe: 'fine-tune', frozenEpochs: 0 },
      ['unfreeze', 'fit'],
    ],
    [
      'FINE_TUNE with a rate to find',
      { learningRateFrom: 'valley' },
      ['lr-find', 'fit', 'unfreeze', 'fit'],
    ],
    ['CHAPTER_FIVE', { recipe: 'chapter-five' }, ['lr-find', 'fit', 'unfreeze', 'lr-find', 'fit']],
  ] satisfies [string, Input, string[]][])('takes the recipe %s', (_sentence, input, kinds) => {
    expect(settings(input).phases.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('takes phases of one’s own, with fastai’s defaults', () => {
    const { phases, recipe } = settings({
      phases: [
        { lrFind: {} },
        { fit: { epochs: 2, suggestion: 'valley', learningRate: 2e-3 } },
        { freeze: {} },
        { unfreeze: { from: 1 } },
        { fit: { epochs: 3, learningRateRange: { min: 1e-6, max: 1e-4 }, schedule: 'constant' } },
        { evaluate: {} },
      ],
    });
    expect(recipe).toBeNull();
    expect(phases).toMatchObject([
      { kind: 'lr-find', startLr: 1e-7, endLr: 10, steps: 100, stopOnDivergence: true },
      {
        kind: 'fit',
        epochs: 2,
        schedule: 'one-cycle',
        weightDecay: 0.01,
        learningRate: { kind: 'suggestion', method: 'valley', fallback: 2e-3 },
      },
      { kind: 'freeze', upTo: -1 },
      { kind: 'unfreeze', from: 1 },
      { kind: 'fit', schedule: 'constant', learningRate: { kind: 'range', min: 1e-6, max: 1e-4 } },
      { kind: 'evaluate' },
    ]);
  });

  it.each([
    ['an unknown network', { architecture: 'alexnet' }, 'architecture', '"alexnet"'],
    ['zero epochs', { epochs: 0 }, 'epochs', 'from 1 to 1000, received 0'],
    ['a broken epoch', { epochs: 1.5 }, 'epochs', 'a whole number'],
    ['negative frozen epochs', { frozenEpochs: -1 }, 'frozenEpochs', 'from 0 to 1000'],
    ['a negative learning rate', { learningRate: -1e-3 }, 'learningRate', 'received -0.001'],
    ['a learning rate of zero', { learningRate: 0 }, 'learningRate', 'above 0'],
    ['a learning rate that is no number', { learningRate: Number.NaN }, 'learningRate', 'NaN'],
    ['a tiny image', { imageSize: 16 }, 'imageSize', 'from 32 to 1024'],
    ['a huge batch', { batchSize: 4096 }, 'batchSize', 'from 1 to 1024'],
    ['a share of everything', { validShare: 1 }, 'validShare', 'from 0.01 to 0.9'],
    ['a negative seed', { seed: -1 }, 'seed', 'a whole number from 0'],
    [
      'a rate, and a rule to find one',
      { learningRate: 1e-3, learningRateFrom: 'valley' },
      'learningRateFrom',
      'beside `learningRate`',
    ],
    ['a recipe and phases', { recipe: 'head', ...fit({ learningRate: 1 }) }, 'recipe', 'not both'],
    [
      'epochs beside phases',
      { epochs: 1, ...fit({ learningRate: 1 }) },
      'epochs',
      'beside `phases`',
    ],
    [
      'frozen epochs beside phases',
      { frozenEpochs: 1, ...fit({ learningRate: 1 }) },
      'frozenEpochs',
      'beside `phases`',
    ],
    [
      'a rate beside phases',
      { learningRate: 1, ...fit({ learningRate: 1 }) },
      'learningRate',
      'beside `phases`',
    ],
    ['no phase', { phases: [] }, 'phases', '1 to 100 phases, received 0'],
    ['an empty phase', one({}), 'phases.0', 'none of them'],
    ['a phase of two kinds', one({ freeze: {}, evaluate: {} }), 'phases.0', 'freeze and evaluate'],
    ['a fit without a rate', fit({}), 'phases.0.fit', 'none of learningRate'],
    [
      'a fit of zero epochs',
      one({ fit: { epochs: 0, learningRate: 1 } }),
      'phases.0.fit.epochs',
      'received 0',
    ],
    [
      'a rate and a range',
      fit({ learningRate: 1, learningRateRange: { min: 1, max: 2 } }),
      'phases.0.fit.learningRateRange',
      'beside `learningRate`',
    ],
    [
      'a suggestion and a range',
      fit({ suggestion: 'slide', learningRateRange: { min: 1, max: 2 } }),
      'phases.0.fit.learningRateRange',
      'beside `suggestion`',
    ],
    [
      'a range upside down',
      fit({ learningRateRange: { min: 2, max: 1 } }),
      'phases.0.fit.learningRateRange',
      '2 to 1',
    ],
    [
      'a range below zero',
      fit({ learningRateRange: { min: -1, max: 1 } }),
      'phases.0.fit.learningRateRange.min',
      'received -1',
    ],
    [
      'a weight decay above one',
      fit({ learningRate: 1, weightDecay: 2 }),
      'phases.0.fit.weightDecay',
      'from 0 to 1',
    ],
    [
      'a finder that ends where it begins',
      one({ lrFind: { startLr: 1, endLr: 1 } }),
      'phases.0.lrFind.endLr',
      'above startLr',
    ],
    [
      'a finder without steps',
      one({ lrFind: { steps: 0 } }),
      'phases.0.lrFind.steps',
      'from 1 to 1000',
    ],
    ['a finder from zero', one({ lrFind: { startLr: 0 } }), 'phases.0.lrFind.startLr', 'above 0'],
    [
      'judging by what was learned',
      one({ evaluate: { split: 'train' } }),
      'phases.0.evaluate.split',
      'VALID',
    ],
  ] satisfies [string, Input, string, string][])('refuses %s', (...[, input, field, message]) => {
    const refused = refusalOf(input);
    expect([refused.code, refused.field]).toEqual(['BAD_USER_INPUT', `input.${field}`]);
    expect(refused.message).toMatch(/^Expected .*received/s);
    expect(refused.message).toContain(message);
  });
});

describe('a run that begins with a checkpoint', () => {
  const origin = (change: object): Origin => {
    const settings = { ...parentSettings, ...change };
    // Casts leave out what has no bearing on settings.
    const parent = { id: 'run_1', datasetId: 'ds_1', settings } as Origin['parent'];
    const checkpoint = { phase: 3, within: true } as Origin['checkpoint'];
    return { parent, state: initialState(settings), checkpoint };
  };
  const input = { datasetId: 'ds_1', seed: 8 };

  it('keeps the split that the other run had drawn, whatever its own seed is', () => {
    const drawn = origin({ validShare: 0.2, seed: 7 });
    expect(settingsFromInput(input, drawn)).toMatchObject({ seed: 8, splitSeed: 7 });
    const handedOn = origin({ validShare: 0.2, seed: 7, splitSeed: 6 });
    expect(settingsFromInput(input, handedOn)).toMatchObject({ seed: 8, splitSeed: 6 });
    expect(settingsFromInput(input, origin({}))).not.toHaveProperty('splitSeed');
  });
});
