import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.js';

const fieldsOf = (text: string, options = {}) =>
  parseCsv(text, options).map(({ fields }) => fields);

describe('parseCsv', () => {
  // The first seven are the rules of RFC 4180, section 2, on examples of our own.
  it.each([
    [
      'ends a record at CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'takes a last line without a line break',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['keeps spaces', ' a , b', [[' a ', ' b']]],
    ['takes fields in quotes', '"a","b"', [['a', 'b']]],
    ['takes line breaks in quotes', '"a\r\nb",c', [['a\r\nb', 'c']]],
    ['takes commas in quotes', '"a,b",c', [['a,b', 'c']]],
    ['takes doubled quotes in quotes', '"a ""b"" c",d', [['a "b" c', 'd']]],
    [
      'takes lines that end in LF',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'takes empty fields',
      ',\n"",\n',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['leaves a byte order mark out', '\uFEFFa,b', [['a', 'b']]],
    ['reads nothing from an empty text', '', []],
  ])('%s', (_sentence, text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  it.each(['\t', ';', '|', '^', ']'])('takes %j for the comma', (delimiter) => {
    expect(fieldsOf(`a,b${delimiter}"c${delimiter}d"`, { delimiter })).toEqual([
      ['a,b', `c${delimiter}d`],
    ]);
  });

  it.each(['', ',,', '"', '\n'])('refuses %j for the comma', (delimiter) => {
    const refused = expect.objectContaining({ code: 'INVALID_OPTION' }) as Error;
    expect(() => parseCsv('a', { delimiter })).toThrow(refused);
  });

  it('says in which line of the text a record starts', () => {
    expect(parseCsv('a\n"b\n\nc"\r\nd').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ['an open quote', 'a,b\nc,"d\n', 'closing quote', 2],
    ['text after a closing quote', 'a,b\n"c"d,e', 'after a closing quote, received d', 2],
    ['a quote within a plain field', 'a,b\nc"d,e', 'to be in quotes', 2],
    ['a missing field', 'a,b\nc,d\ne\n', 'Expected 2 fields', 3],
    ['a field too many', 'a,b\nc,d,e\n', 'received 3', 2],
    ['an empty line', 'a,b\n\nc,d\n', 'received 1', 2],
    ['lines that end in CR', 'a,b\rc,d\r', 'CR alone', 1],
  ])('refuses %s and names the line', (...row) => {
    const [, text, message, line] = row;
    expect(() => parseCsv(text)).toThrow(
      expect.objectContaining({
        code: 'LABELS_UNREADABLE',
        line,
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('reads back any table', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom('"', ',', '\n', '\r\n', '\r', ''));
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { maxLength: 5 }),
      );
    const written = (rows: string[][]) =>
      rows
        .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','))
        .join('\r\n');
    fc.assert(
      fc.property(table, (rows) => {
        expect(fieldsOf(written(rows))).toEqual(rows);
      }),
    );
  });

  it('reads a field of a megabyte', () => {
    const long = 'x""'.repeat(350_000);
    expect(fieldsOf(`a,"${long}"`)[0]![1]).toHaveLength(700_000);
  });
});
