import { expect, it } from 'vitest';
import { readPrefill } from './prefill.js';

it.each([
  ['nothing', {}, { from: null, values: {} }],
  ['a dataset', { dataset: 'ds_1' }, { from: null, values: { datasetId: 'ds_1' } }],
  [
    'a run and a rate',
    { from: 'run_1', learningRate: '0.0021' },
    { from: 'run_1', values: { rateFrom: 'own', learningRate: '0.0021' } },
  ],
  ['a rate that makes no sense as none', { learningRate: 'fast' }, { from: null, values: {} }],
  ['what is said twice as not said', { from: ['a', 'b'] }, { from: null, values: {} }],
])('reads %s from the address', (_what, query, prefill) => {
  expect(readPrefill(query)).toEqual(prefill);
});
