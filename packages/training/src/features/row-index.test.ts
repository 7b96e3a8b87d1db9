import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RowIndex } from './row-index.js';

const keyOf = (image: number, view: number) =>
  `${createHash('sha256').update(String(image)).digest('hex')}/${view}`;
const file = (path: string) => ({ path, offset: 16 });

describe('an index of rows', () => {
  it('finds thousands of rows, and none that it was not given', () => {
    const index = new RowIndex();
    const views = [0, 1, 2, 3];
    for (let image = 0; image < 3000; image += 1)
      index.add(
        file(`file ${image}`),
        views.map((view) => keyOf(image, view)),
      );
    for (let image = 0; image < 3000; image += 1)
      for (const view of views)
        expect(index.get(keyOf(image, view))).toEqual({ file: file(`file ${image}`), row: view });
    expect([keyOf(3000, 0), keyOf(0, 4)].some((key) => index.has(key))).toBe(false);
  });

  it('keeps apart hashes that differ at a single end', () => {
    const index = new RowIndex();
    const keys = [`${'0'.repeat(63)}1/0`, `1${'0'.repeat(63)}/0`, `${'0'.repeat(64)}/1`];
    index.add(file('one'), keys);
    expect(keys.map((key) => index.get(key)?.row)).toEqual([0, 1, 2]);
  });

  it('takes the newest place of a row', () => {
    const index = new RowIndex();
    index.add(file('old'), [keyOf(1, 0), keyOf(2, 0)]);
    index.add(file('new'), [keyOf(2, 0)]);
    expect(index.get(keyOf(2, 0))).toEqual({ file: file('new'), row: 0 });
  });

  it('forgets the rows of one file, and takes them again', () => {
    const index = new RowIndex();
    index.add(file('gone'), [keyOf(1, 0)]);
    index.add(file('left'), [keyOf(2, 0)]);
    index.forget(index.get(keyOf(1, 0))!.file);
    expect([1, 2].map((image) => index.has(keyOf(image, 0)))).toEqual([false, true]);
    index.add(file('again'), [keyOf(1, 0)]);
    expect(index.get(keyOf(1, 0))).toEqual({ file: file('again'), row: 0 });
  });
});
