import { expect, it } from 'vitest';
import { trainVocab } from './vocab.js';

it('lists the labels of the train items once, capitals first', () => {
  const labels = ['pug', 'Birman', 'beagle', 'pug', 'Birman'];
  expect(trainVocab(labels, ['train', 'train', 'train', 'train', 'valid'])).toEqual([
    'Birman',
    'beagle',
    'pug',
  ]);
});

it('goes by code points, also beyond the sixteen bits of a character', () => {
  const labels = ['\u{1F436}', '\uFF21', 'z'];
  expect(trainVocab(labels, ['train', 'train', 'train'])).toEqual(['z', '\uFF21', '\u{1F436}']);
});

it('names every valid label that is not trained', () => {
  const vocab = () =>
    trainVocab(['pug', 'cat', 'dog', 'cat'], ['train', 'valid', 'valid', 'valid']);
  expect(vocab).toThrow(
    expect.objectContaining({ code: 'CLASS_NOT_TRAINED', labels: ['cat', 'dog'] }),
  );
  expect(vocab).toThrow('received "cat", "dog" in valid only');
});
