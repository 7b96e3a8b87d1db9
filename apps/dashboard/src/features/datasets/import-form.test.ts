import { describe, expect, it } from 'vitest';
import { importErrors, nameFor, parseImport } from './import-form.js';

describe('parseImport', () => {
  it('names a dataset after its folder unless it is given a name', () => {
    const path = '/photos/pets/';
    expect(parseImport({ path, name: '', validShare: '' }).input).toEqual({ path, name: 'pets' });
    expect(parseImport({ path, name: ' Six breeds ', validShare: '0,3' }).input).toEqual({
      path,
      name: 'Six breeds',
      validShare: 0.3,
    });
  });

  it('refuses an empty path and a share that is no number, each at its field', () => {
    const { errors } = parseImport({ path: ' ', name: '', validShare: 'some' });
    expect(Object.keys(errors ?? {})).toEqual(['path', 'validShare']);
  });
});

it('takes the last part of a path as its name', () => {
  expect(['/a/b', '/a/b/', 'C:\\a\\b', ''].map(nameFor)).toEqual(['b', 'b', 'b', '']);
});

it('puts what the server refused beside its field', () => {
  expect([
    importErrors('path', 'no'),
    importErrors('seed', 'no'),
    importErrors(null, 'no'),
  ]).toEqual([{ path: 'no' }, { form: 'no' }, { form: 'no' }]);
});
