import { describe, expect, it } from 'vitest';
import { chooseRows, readOptions } from './options.js';

const ROWS = [{ id: 'step', isQuick: true }, { id: 'epoch' }, { id: 'import', isQuick: true }];
const ids = (args: readonly string[]) => chooseRows(ROWS, readOptions(args)).map(({ id }) => id);

describe('the rows of a run', () => {
  it.each([
    ['are the quick ones without arguments', [], ['step', 'import']],
    ['are all with --full', ['--full'], ['step', 'epoch', 'import']],
    [
      'are those named, in the order of the table',
      ['--only', 'import', '--only', 'epoch'],
      ['epoch', 'import'],
    ],
    ['may be named with commas', ['--only', 'import,step'], ['step', 'import']],
    ['are those named also with --full', ['--full', '--only', 'epoch'], ['epoch']],
  ])('%s', (_sentence, args, expected) => {
    expect(ids(args)).toEqual(expected);
  });

  it('are refused where there is none of that name', () => {
    expect(() => ids(['--only', 'step,steps'])).toThrow(
      'Expected rows out of step, epoch, import, received steps',
    );
  });
});

describe('readOptions', () => {
  it('reads where things are', () => {
    const args = ['--json', 'a.json', '--photos', 'pets', '--python', 'py', '--rounds', '2'];
    expect(readOptions(args)).toEqual({
      only: [],
      isFull: false,
      json: 'a.json',
      photos: 'pets',
      python: 'py',
      rounds: 2,
    });
  });

  it.each(['0', '1.5', 'many'])('refuses %s rounds', (rounds) => {
    expect(() => readOptions(['--rounds', rounds])).toThrow('an integer of 1 or more');
  });

  it('refuses an option that there is not', () => {
    expect(() => readOptions(['--quick'])).toThrow("Unknown option '--quick'");
  });
});
