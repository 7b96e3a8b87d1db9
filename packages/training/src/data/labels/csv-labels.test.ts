import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvFiles, csvLabels } from './csv-labels.js';

const root = path.resolve('/pets');
const inRoot = (...parts: string[]) => path.join(root, ...parts);
const text = 'name,breed,age\nimages/1.jpg,pug,3\n"images/2, left.jpg","great ""dane""",4\n';

describe('csvLabels', () => {
  it('labels by the first two columns', () => {
    const label = csvLabels(text, { root });
    expect(label(inRoot('images', '1.jpg'))).toBe('pug');
    expect(label(inRoot('images', '2, left.jpg'))).toBe('great "dane"');
  });

  it('labels by the columns of these names, in any order', () => {
    const swapped = 'age,breed,file\n3,pug,1.jpg';
    const label = csvLabels(swapped, { root, fileColumn: 'file', labelColumn: 'breed' });
    expect(label(inRoot('1.jpg'))).toBe('pug');
  });

  it('takes rows that something else has read', () => {
    const label = csvLabels(
      [
        ['file', 'label'],
        ['1.jpg', 'pug'],
      ],
      { root },
    );
    expect(label(inRoot('1.jpg'))).toBe('pug');
  });

  it('adds what all names lack, and takes another delimiter', () => {
    const label = csvLabels('id\tbreed\n7\tpug\n', { root, suffix: '.jpg', delimiter: '\t' });
    expect(label(inRoot('7.jpg'))).toBe('pug');
  });

  it.each([
    ['backslashes', 'a\\1.jpg', inRoot('a', '1.jpg')],
    ['a dot before it', './a/1.jpg', inRoot('a', '1.jpg')],
    ['an accent in two parts', 'cafe\u0301.jpg', inRoot('caf\u00e9.jpg')],
    ['an accent in one part', 'caf\u00e9.jpg', inRoot('cafe\u0301.jpg')],
  ])('finds a file that is written with %s', (_how, name, file) => {
    expect(
      csvLabels(
        [
          ['f', 'l'],
          [name, 'pug'],
        ],
        { root },
      )(file),
    ).toBe('pug');
  });

  it('takes a row that is there twice with one label', () => {
    const label = csvLabels('f,l\n1.jpg,pug\n./1.jpg,pug\n', { root });
    expect(label(inRoot('1.jpg'))).toBe('pug');
  });

  it('names the file that the table does not', () => {
    const label = csvLabels(text, { root });
    for (const file of [inRoot('images', '3.jpg'), path.resolve('/other/images/1.jpg')]) {
      expect(() => label(file)).toThrow(expect.objectContaining({ code: 'LABEL_NOT_FOUND', file }));
    }
  });

  it.each([
    [
      'a column that is not there',
      'f,l\n1,a',
      { labelColumn: 'breed' },
      'one column "breed", received "f", "l"',
    ],
    ['a column that is there twice', 'f,l,l\n1,a,b', { labelColumn: 'l' }, 'one column "l"'],
    ['a single column', 'f\n1', {}, '2 columns or more, received "f"'],
    ['no rows', 'f,l\n', {}, 'received no file'],
    ['an empty text', '', {}, 'received no file'],
    ['a row without a label', 'f,l\n1,a\n2,\n', {}, 'an empty field (line 3)'],
    ['a row without a file', 'f,l\n,a\n', {}, 'an empty field (line 2)'],
    [
      'two labels for a file',
      'f,l\n1,a\n2,a\n1,b\n',
      {},
      'one label for 1, received "a" in line 2 and "b" (line 4)',
    ],
  ])('refuses %s', (...row) => {
    const [, table, options, message] = row;
    expect(() => csvLabels(table, { root, ...options })).toThrow(
      expect.objectContaining({
        code: 'LABELS_UNREADABLE',
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

describe('csvFiles', () => {
  it('lists the files that a table names, once and in its order', () => {
    const table = 'f,l\nb/2,x\n1,y\nb/2,x\n';
    expect(csvFiles(table, { root, suffix: '.png' })).toEqual([
      inRoot('b', '2.png'),
      inRoot('1.png'),
    ]);
  });
});
