import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../errors.js';
import { type ItemProblem, readItems, type ReadItemsOptions } from './read-items.js';

interface Facts {
  readonly size: number;
}

const files = Array.from({ length: 20 }, (_, index) => `/pets/cat/${index}.jpg`);

/** Later files are read sooner; those whose number ends in 3 cannot be read. */
async function read(file: string): Promise<Facts> {
  const number = Number(/(\d+)\.jpg/.exec(file)![1]);
  for (let turn = number; turn < files.length; turn += 1) await Promise.resolve();
  if (number % 10 === 3) throw new InvalidOptionError('file', file, 'readable');
  return { size: number };
}

const readAll = (options: Partial<ReadItemsOptions<Facts>> = {}) =>
  readItems(files, { label: () => 'cat', read, ...options });

describe('readItems', () => {
  it('keeps the order of the files, and leaves out what cannot be read', async () => {
    const { items, problems } = await readAll({ concurrency: 7 });
    expect(items.map(({ path, size }) => [path, size])).toEqual(
      files.map((file, index) => [file, index]).filter((_, index) => index % 10 !== 3),
    );
    expect(problems).toEqual(
      [3, 13].map((index) => ({
        path: files[index],
        code: 'INVALID_OPTION',
        message: expect.stringContaining(files[index]!) as string,
      })),
    );
  });

  it('tells of problems and progress as it goes', async () => {
    const told: (string | number)[] = [];
    await readItems(files.slice(0, 5), {
      label: () => 'cat',
      read,
      onProblem: ({ path }: ItemProblem) => told.push(path),
      onProgress: (done) => told.push(done),
    });
    expect(told).toEqual([1, 2, 3, '/pets/cat/3.jpg', 4, 5]);
  });

  it('makes a problem of a file without a label, and does not read it', async () => {
    const seen: string[] = [];
    const { items, problems } = await readItems(['a.jpg', 'b.jpg'], {
      label: (file) => {
        if (file === 'a.jpg') throw new InvalidOptionError('label', file, 'known');
        return 'cat';
      },
      read: (file) => {
        seen.push(file);
        return Promise.resolve({});
      },
    });
    expect([items.length, problems.length, seen]).toEqual([1, 1, ['b.jpg']]);
  });

  it.each([1, 3])('reads at most %i at once', async (concurrency) => {
    let going = 0;
    let most = 0;
    await readAll({
      concurrency,
      read: async (file) => {
        going += 1;
        most = Math.max(most, going);
        await Promise.resolve();
        going -= 1;
        return { size: file.length };
      },
    });
    expect(most).toBe(concurrency);
  });

  it('ends when it is aborted, and starts nothing more', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const reading = readAll({
      concurrency: 2,
      signal: abort.signal,
      read: (file) => {
        seen.push(file);
        if (seen.length === 5) abort.abort(new Error('enough'));
        return Promise.resolve({ size: 0 });
      },
    });
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toHaveLength(5);
  });

  it('throws what is no TrainingError: it is not the file that is wrong', async () => {
    const failing = readAll({ read: () => Promise.reject(new TypeError('our own fault')) });
    await expect(failing).rejects.toThrow('our own fault');
  });

  it('reads an empty list', async () => {
    expect(await readItems([], { label: () => '', read })).toEqual({ items: [], problems: [] });
  });

  it.each([0, 1.5, NaN])('refuses a concurrency of %d', async (concurrency) => {
    await expect(readAll({ concurrency })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});
