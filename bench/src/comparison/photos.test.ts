import { describe, expect, it } from 'vitest';
import { photoFolder, spread } from './photos.js';

describe('spread', () => {
  it('takes items evenly, as many as are wanted', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 2, 4]);
  });

  it('takes all where there are no more', () => {
    expect(spread([0, 1], 3)).toEqual([0, 1]);
  });
});

describe('photoFolder', () => {
  it('says which folder is missing, and what to do', () => {
    expect(() => photoFolder('/no/such/folder')).toThrow(
      /Expected photos at \/no\/such\/folder, found no folder.*`--photos FOLDER`.*`npm run setup`/,
    );
  });
});
