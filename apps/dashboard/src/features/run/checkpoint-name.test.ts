import { expect, it } from 'vitest';
import { checkpointName } from './checkpoint-name.js';

it.each([
  ['before the first step', { epoch: 0, step: 0 }],
  ['step 4, in epoch 1', { epoch: 0, step: 4 }],
  ['step 18, after epoch 3', { epoch: 3, step: 18 }],
])('says %s', (words, place) => {
  expect(checkpointName(place)).toBe(words);
});
