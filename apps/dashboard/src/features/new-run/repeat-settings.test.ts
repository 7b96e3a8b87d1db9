import { describe, expect, it } from 'vitest';
import { originOf, settingsOf } from './repeat-settings.js';

type Run = Parameters<typeof settingsOf>[0];

const phase = (kind: 'FIT' | 'LR_FIND' | 'UNFREEZE', epochCount: number | null = null) =>
  ({ kind, epochCount }) as Run['phases'][number];

function run(config: Partial<Run['config']>, phases: Run['phases']): Run {
  const base = {
    recipe: 'FINE_TUNE',
    imageSize: 224,
    batchSize: 32,
    frozenBody: 'CACHED',
    seed: 42,
    validShare: null,
    learningRate: 2e-3,
  } as const;
  const named = { id: 'run_1', name: 'Pets', architecture: 'resnet18', dataset: { id: 'ds_1' } };
  // The casts leave out what settingsOf does not read.
  return { ...named, config: { ...base, ...config }, phases } as Run;
}

const fineTune = [phase('FIT', 1), phase('UNFREEZE'), phase('FIT', 3)];

describe('settingsOf', () => {
  it('takes over what the run was started with', () => {
    expect(settingsOf(run({ imageSize: 128, validShare: 0.3, seed: 7 }, fineTune))).toEqual({
      datasetId: 'ds_1',
      from: '',
      recipe: 'FINE_TUNE',
      epochs: '3',
      frozenEpochs: '1',
      rateFrom: 'recipe',
      learningRate: '',
      architecture: 'resnet18',
      imageSize: '128',
      batchSize: '32',
      frozenBody: '',
      seed: '7',
      validShare: '0.3',
      name: 'Pets',
    });
  });

  it.each([
    {
      what: 'the recipe’s own',
      config: { learningRate: 2e-3 },
      phases: fineTune,
      rate: { rateFrom: 'recipe', learningRate: '' },
    },
    {
      what: 'one that was typed',
      config: { learningRate: 1e-4 },
      phases: fineTune,
      rate: { rateFrom: 'own', learningRate: '0.0001' },
    },
    {
      what: 'a finder’s',
      config: { learningRate: null },
      phases: [phase('LR_FIND'), ...fineTune],
      rate: { rateFrom: 'finder', learningRate: '' },
    },
    {
      what: 'that of a recipe which finds one',
      config: { recipe: 'CHAPTER_FIVE', learningRate: null },
      phases: [phase('LR_FIND'), phase('FIT', 3), phase('LR_FIND'), phase('FIT', 6)],
      rate: { rateFrom: 'recipe', learningRate: '' },
    },
    {
      what: 'none, where nothing is trained',
      config: { recipe: 'LR_FIND', learningRate: null },
      phases: [phase('LR_FIND')],
      rate: { rateFrom: 'recipe', learningRate: '' },
    },
  ] as const)('takes over the learning rate: $what', ({ config, phases, rate }) => {
    expect(settingsOf(run(config, [...phases]))).toMatchObject(rate);
  });
});

describe('originOf', () => {
  const kept = ['run_1:a', 'run_1:b'].map((id) => ({ id, epoch: 1, step: 6, endsFit: true }));
  const fresh = {
    ...run({}, fineTune),
    checkpoints: kept,
    parent: null,
    startedFrom: null,
  } as unknown as Run;
  const child = {
    ...run({ recipe: 'EXTEND' }, fineTune),
    checkpoints: [],
    parent: { id: 'run_1', name: 'Parent', checkpoints: kept },
    startedFrom: { checkpoint: 'run_1:a' },
  } as unknown as Run;

  it.each([
    ['nothing, where a run is repeated that began with nothing', fresh, null, undefined],
    ['the checkpoint that is asked for', fresh, 'run_1:a', 'run_1:a'],
    ['the newest, where that is no longer kept', fresh, 'run_1:gone', 'run_1:b'],
    ['what a repeated run began with', child, null, 'run_1:a'],
    ['nothing, where that run is gone', { ...child, parent: null }, null, undefined],
  ])('is %s', (...[, source, checkpoint, from]) => {
    expect(originOf(source, checkpoint)?.from).toBe(from);
  });

  it('decides whether a run can be extended again', () => {
    expect(settingsOf(child, originOf(child, null))).toMatchObject({
      from: 'run_1:a',
      recipe: 'EXTEND',
    });
    expect(settingsOf(child)).toMatchObject({ from: '', recipe: 'FINE_TUNE' });
  });
});
