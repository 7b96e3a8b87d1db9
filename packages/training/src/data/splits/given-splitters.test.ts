import { describe, expect, it } from 'vitest';
import { grandparentSplitter, indexSplitter } from './given-splitters.js';

describe('grandparentSplitter', () => {
  it('goes by the folder above the label', () => {
    const items = ['/p/train/cat/1.jpg', '/p/valid/cat/2.jpg', '/p/train/dog/3.jpg'];
    expect(grandparentSplitter()(items)).toEqual(['train', 'valid', 'train']);
  });

  it('goes by the path of an item whose key is something else', () => {
    const items = [
      { key: 'hash 1', path: '/p/learn/cat/1.jpg' },
      { key: 'hash 2', path: '/p/val/cat/2.jpg' },
    ];
    const split = grandparentSplitter({ train: 'learn', valid: 'val' });
    expect(split(items)).toEqual(['train', 'valid']);
  });

  it('names an item that is in neither folder, and the folders', () => {
    const split = () => grandparentSplitter({ valid: 'val' })(['/p/train/a/1', '/p/test/a/2']);
    expect(split).toThrow(expect.objectContaining({ code: 'NOT_IN_A_SPLIT', item: '/p/test/a/2' }));
    expect(split).toThrow('`train/<class>/` or `val/<class>/`, received /p/test/a/2');
  });

  it.each(['train', 'valid'])('says which side is empty when all is for %s', (side) => {
    const empty = side === 'train' ? 'valid' : 'train';
    expect(() => grandparentSplitter()([`/p/${side}/a/1`])).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_ITEMS', split: empty }),
    );
  });
});

describe('indexSplitter', () => {
  it('sends the items at its positions to valid', () => {
    expect(indexSplitter([2, 0, 2])(['a', 'b', 'c'])).toEqual(['valid', 'train', 'valid']);
  });

  it.each([3, -1, 0.5])('refuses position %d of three items', (index) => {
    const split = () => indexSplitter([0, index])(['a', 'b', 'c']);
    expect(split).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('refuses to leave a side empty', () => {
    const refused = expect.objectContaining({ code: 'TOO_FEW_ITEMS' }) as Error;
    expect(() => indexSplitter([])(['a', 'b'])).toThrow(refused);
    expect(() => indexSplitter([0, 1])(['a', 'b'])).toThrow(refused);
  });
});
