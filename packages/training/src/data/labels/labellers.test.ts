import { describe, expect, it } from 'vitest';
import { grandparentSplit, parentLabel, patternLabel } from './labellers.js';

it.each([
  ['/pets/Siamese/1.jpg', 'Siamese'],
  ['/pets/train/great dane/1.jpg', 'great dane'],
])('labels %s by its folder', (file, label) => {
  expect(parentLabel(file)).toBe(label);
});

it.each([
  ['/pets/train/cat/1.jpg', {}, 'train'],
  ['/pets/valid/cat/1.jpg', {}, 'valid'],
  ['/pets/test/cat/1.jpg', {}, null],
  ['/pets/val/cat/1.jpg', { valid: 'val' }, 'valid'],
])('reads the side of %s from the folder above its label', (file, options, split) => {
  expect(grandparentSplit(file, options)).toBe(split);
});

describe('patternLabel', () => {
  it.each([
    // The chapter's own pattern and names.
    [/(.+)_\d+.jpg$/, '/images/great_pyrenees_173.jpg', 'great_pyrenees'],
    [/(.+)_\d+.jpg$/, '/a_1.jpg/Egyptian_Mau_9.jpg', 'Egyptian_Mau'],
    [/^([A-Z])/, 'C:\\pets\\Bengal_2.jpg', 'B'],
  ])('takes the group that %s matches in the name of %s', (pattern, file, label) => {
    expect(patternLabel(pattern)(file)).toBe(label);
  });

  it.each([
    [/\/([^/]+)\/[^/]+$/, '/pets/cat/1.jpg', 'cat'],
    [/\/([^/]+)\/[^/]+$/, 'C:\\pets\\dog\\1.jpg', 'dog'],
  ])('takes the group that %s matches in the path %s', (pattern, file, label) => {
    expect(patternLabel(pattern, { on: 'path' })(file)).toBe(label);
  });

  it.each([/(\w+)_\d/g, /(\w+)_\d/y])('gives the same label every time with %s', (pattern) => {
    const label = patternLabel(pattern);
    expect([label('pug_1.jpg'), label('pug_1.jpg'), label('pug_1.jpg')]).toEqual([
      'pug',
      'pug',
      'pug',
    ]);
  });

  it.each([
    ['does not match', /(.+)_\d+\.jpg$/],
    ['matches without its group', /(cat)?1\.png/],
    ['matches nothing in its group', /(x*)1\.png/],
  ])('names pattern and string where it %s', (_sentence, pattern) => {
    expect(() => patternLabel(pattern)('/pets/1.png')).toThrow(
      expect.objectContaining({
        code: 'LABEL_NOT_FOUND',
        file: '1.png',
        message: expect.stringContaining(`${String(pattern)} matches, received 1.png`) as string,
      }),
    );
  });

  it('refuses a pattern without a group', () => {
    const refused = expect.objectContaining({ code: 'INVALID_OPTION' }) as Error;
    expect(() => patternLabel(/.+_\d+/)).toThrow(refused);
    expect(() => patternLabel(/(?:.+)_\d+/)).toThrow(refused);
  });
});
