import { describe, expect, it } from 'vitest';
import {
  emptyForm,
  errorsFromServer,
  needsMore,
  parseRunForm,
  type RunFormValues,
} from './run-form.js';

const typed = (change: Partial<RunFormValues>): RunFormValues => ({
  ...emptyForm,
  datasetId: 'ds_1',
  ...change,
});

describe('parseRunForm', () => {
  it('leaves to the server what was left empty', () => {
    expect(parseRunForm(typed({})).input).toEqual({
      datasetId: 'ds_1',
      from: null,
      recipe: 'FINE_TUNE',
      epochs: null,
      frozenEpochs: null,
      learningRate: null,
      learningRateFrom: null,
      architecture: null,
      imageSize: null,
      batchSize: null,
      frozenBody: null,
      seed: null,
      validShare: null,
      name: null,
    });
  });

  it.each([
    [
      'a rate of its own',
      { rateFrom: 'own', learningRate: '2e-3' },
      { learningRate: 0.002, learningRateFrom: null },
    ],
    [
      'a rate with a decimal comma',
      { rateFrom: 'own', learningRate: '0,002' },
      { learningRate: 0.002 },
    ],
    [
      'a rate to be found',
      { rateFrom: 'finder' },
      { learningRate: null, learningRateFrom: 'VALLEY' },
    ],
    [
      'no rate and no epochs for a finder',
      { recipe: 'LR_FIND', rateFrom: 'own', learningRate: '1', epochs: '9' },
      { learningRate: null, epochs: null },
    ],
    [
      'no epochs of the head first where there is no such part',
      { recipe: 'HEAD', frozenEpochs: '2' },
      { frozenEpochs: null },
    ],
    [
      'a checkpoint, and says of the body what its run may have had otherwise',
      { from: 'run_1:one', recipe: 'EXTEND' },
      { from: 'run_1:one', recipe: 'EXTEND', frozenBody: 'CACHED' },
    ],
    [
      'numbers beyond the ranges, which the server judges',
      { epochs: '0', imageSize: '7' },
      { epochs: 0, imageSize: 7 },
    ],
  ] as const)('takes %s', (_what, change, input) => {
    expect(parseRunForm(typed(change)).input).toMatchObject(input);
  });

  it.each([
    ['a dataset that was not chosen', { datasetId: '' }, 'datasetId'],
    ['epochs that are no number', { epochs: 'many' }, 'epochs'],
    ['half an epoch', { epochs: '1.5' }, 'epochs'],
    ['a rate that was to be typed', { rateFrom: 'own' }, 'learningRate'],
  ] as const)('refuses %s at its field', (_what, change, field) => {
    const { input, errors } = parseRunForm(typed(change));
    expect(input).toBeNull();
    expect(Object.keys(errors ?? {})).toEqual([field]);
  });

  it('says what it expected and what it received', () => {
    expect(parseRunForm(typed({ batchSize: 'big' })).errors?.batchSize).toBe(
      'Expected a whole number, received "big"',
    );
  });
});

describe('errorsFromServer', () => {
  it.each([
    ['a field of the form', 'imageSize', { imageSize: 'no' }],
    ['the rule that finds a rate', 'learningRateFrom', { rateFrom: 'no' }],
    ['something that the form does not have', 'clientKey', { form: 'no' }],
    ['nothing in particular', null, { form: 'no' }],
  ])('puts a refusal of %s in its place', (_what, field, errors) => {
    expect(errorsFromServer(field, 'no')).toEqual(errors);
  });
});

describe('needsMore', () => {
  it('opens the folded part for what stands in it, and for what is wrong in it', () => {
    expect([
      needsMore(emptyForm, {}),
      needsMore({ ...emptyForm, seed: '7' }, {}),
      needsMore(emptyForm, { imageSize: 'no' }),
      needsMore(emptyForm, { epochs: 'no' }),
    ]).toEqual([false, true, true, false]);
  });
});
