import { expect, it } from 'vitest';
import { readPrefill } from './prefill.js';

it.each([
  ['nothing', {}, { from: null, checkpoint: null, values: {} }],
  [
    'a dataset',
    { dataset: 'ds_1' },
    { from: null, checkpoint: null, values: { datasetId: 'ds_1' } },
  ],
  [
    'a run and a rate',
    { from: 'run_1', learningRate: '0.0021' },
    { from: 'run_1', checkpoint: null, values: { rateFrom: 'own', learningRate: '0.0021' } },
  ],
  [
    'a checkpoint',
    { from: 'run_1', checkpoint: 'run_1:one' },
    { from: 'run_1', checkpoint: 'run_1:one', values: {} },
  ],
  [
    'a rate that makes no sense as none',
    { learningRate: 'fast' },
    { from: null, checkpoint: null, values: {} },
  ],
  [
    'what is said twice as not said',
    { from: ['a', 'b'] },
    { from: null, checkpoint: null, values: {} },
  ],
])('reads %s from the address', (_what, query, prefill) => {
  expect(readPrefill(query)).toEqual(prefill);
});
