import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { importEnds } from '../testing/runs.js';
import { cleanUp, startTestApp, temporaryFolder, type TestApp } from '../testing/test-app.js';

let app: TestApp;
let shapes: string;
let outside: string;

beforeAll(async () => {
  app = await startTestApp();
  shapes = path.join(app.dir, 'shapes');
  const classes = ['circle', 'square', 'triangle'] as const;
  await drawShapes({ dir: shapes, classes, perClass: 6, size: 40, seed: 3 });
  outside = await temporaryFolder();
});
afterAll(cleanUp);

const fields = `id status version itemCount trainCount validCount error { code message }
  classes { label count validCount } problems { path code message } versions { version seed }`;

interface Imported {
  readonly id: string;
  readonly status: string;
  readonly itemCount: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly classes: readonly object[];
  readonly problems: readonly { path: string; code: string; message: string }[];
}

const start = `mutation ($input: ImportDatasetInput!) {
  importDataset(input: $input) { dataset { id status } }
}`;

/** Imports a folder and returns what became of it. */
async function imported(folder: string, input: object = {}, on = app): Promise<Imported> {
  const { importDataset } = await on.ask<{ importDataset: { dataset: Imported } }>(start, {
    input: { name: 'shapes', path: folder, ...input },
  });
  expect(importDataset.dataset.status).toBe('IMPORTING');
  const { id } = importDataset.dataset;
  await importEnds(on, id);
  const { dataset } = await on.ask<{ dataset: Imported }>(
    `query ($id: ID!) { dataset(id: $id) { ${fields} } }`,
    { id },
  );
  return dataset;
}

/** A copy of the shapes, to break. */
async function copyOfShapes(name: string): Promise<string> {
  const copy = path.join(app.dir, name);
  await cp(shapes, copy, { recursive: true });
  return copy;
}

describe('importing a folder', () => {
  it('makes a version with a random split by seed', async () => {
    const dataset = await imported(shapes, { validShare: 0.5, seed: 7 });
    expect(dataset).toMatchObject({
      status: 'READY',
      version: 1,
      itemCount: 18,
      trainCount: 9,
      validCount: 9,
      error: null,
      problems: [],
      versions: [{ version: 1, seed: 7 }],
    });
    expect(dataset.classes).toMatchObject([
      { label: 'circle', count: 6 },
      { label: 'square', count: 6 },
      { label: 'triangle', count: 6 },
    ]);
  });

  it('leaves out what cannot be read, and says so', async () => {
    const folder = await copyOfShapes('with-broken');
    await writeFile(path.join(folder, 'circle', 'broken.png'), 'not an image');
    await writeFile(path.join(folder, 'loose.png'), 'in no class');
    const { status, itemCount, problems } = await imported(folder);
    expect([status, itemCount]).toEqual(['READY', 18]);
    expect(problems.map(({ path: place, code }) => [place, code])).toEqual([
      ['loose.png', 'NOT_IN_A_CLASS'],
      ['circle/broken.png', 'IMAGE_UNREADABLE'],
    ]);
  });

  it('takes the split from folders, and finds images on both sides of it', async () => {
    const folder = path.join(app.dir, 'split');
    await cp(shapes, path.join(folder, 'train'), { recursive: true });
    await drawShapes({
      dir: path.join(folder, 'valid'),
      classes: ['circle', 'square'],
      perClass: 2,
      size: 40,
      seed: 4,
    });
    await cp(path.join(shapes, 'circle/circle-0.png'), path.join(folder, 'valid/circle/copy.png'));
    await cp(path.join(shapes, 'circle/circle-1.png'), path.join(folder, 'elsewhere.png'));
    const dataset = await imported(folder, { labels: { rule: 'GRANDPARENT_SPLIT' } });
    expect(dataset).toMatchObject({ status: 'READY', trainCount: 18, validCount: 5 });
    expect(dataset.problems.map(({ code }) => code)).toEqual([
      'NOT_IN_A_CLASS',
      'DUPLICATE_ACROSS_SPLIT',
    ]);
  });

  it('keeps copies of one image on one side, and reports other labels and thin classes', async () => {
    const folder = await copyOfShapes('with-copies');
    await cp(path.join(shapes, 'circle/circle-0.png'), path.join(folder, 'square/circle.png'));
    await mkdir(path.join(folder, 'lonely'));
    await drawShapes({
      dir: path.join(app.dir, 'more'),
      classes: ['circle'],
      perClass: 1,
      size: 40,
      seed: 9,
    });
    await cp(path.join(app.dir, 'more/circle/circle-0.png'), path.join(folder, 'lonely/one.png'));
    const { problems } = await imported(folder, { validShare: 0.4 });
    expect(problems.map(({ code }) => code)).toEqual([
      'SINGLE_IMAGE_CLASS',
      'DUPLICATE_WITH_OTHER_LABEL',
    ]);
  });

  it.each([
    [
      'a folder with one class',
      async () => {
        await cp(path.join(shapes, 'circle'), path.join(app.dir, 'one-class/circle'), {
          recursive: true,
        });
        return 'one-class';
      },
      'TOO_FEW_CLASSES',
      'only "circle"',
    ],
    [
      'a folder without images',
      async () => {
        await mkdir(path.join(app.dir, 'no-images/circle'), { recursive: true });
        return 'no-images';
      },
      'NO_IMAGES',
      'found none',
    ],
    [
      'a folder of files that cannot be read',
      async () => {
        for (const label of ['a', 'b']) {
          await mkdir(path.join(app.dir, 'unreadable', label), { recursive: true });
          await writeFile(path.join(app.dir, 'unreadable', label, '1.jpg'), 'no image');
        }
        return 'unreadable';
      },
      'NO_READABLE_IMAGES',
      'of which none can',
    ],
    [
      'a folder too small for a valid split',
      async () => {
        for (const label of ['circle', 'square']) {
          await cp(
            path.join(shapes, label, `${label}-0.png`),
            path.join(app.dir, 'tiny', label, '1.png'),
          );
        }
        return 'tiny';
      },
      'TOO_FEW_ITEMS',
      'received 2',
    ],
    [
      'folders that make no split',
      () => Promise.resolve('shapes'),
      'TOO_FEW_CLASSES',
      'two classes or more',
    ],
  ])('fails for %s', async (...[sentence, make, code, message]) => {
    const labels = sentence.includes('no split') ? { rule: 'GRANDPARENT_SPLIT' } : null;
    const { status, error } = await imported(path.join(app.dir, await make()), { labels });
    expect([status, error?.code]).toEqual(['FAILED', code]);
    expect(error?.message).toContain(message);
  });

  it.each([
    ['a path that is not absolute', () => 'shapes', 'BAD_USER_INPUT'],
    ['a folder outside the data roots', () => outside, 'FORBIDDEN'],
    ['a way out by dots', () => `${app.dir}/../`, 'FORBIDDEN'],
    ['a folder outside that is not there', () => '/nowhere/at/all', 'FORBIDDEN'],
    ['a folder inside that is not there', () => path.join(app.dir, 'none'), 'DATASET_UNREADABLE'],
    ['a file', () => path.join(shapes, 'circle/circle-0.png'), 'DATASET_UNREADABLE'],
  ])('refuses %s', async (_sentence, folder, code) => {
    const { errors } = await app.post(start, {
      variables: { input: { name: 'x', path: folder() } },
    });
    expect(errors?.[0]?.extensions).toEqual({ code, field: 'input.path' });
  });

  it('refuses a link that leads out of the data roots', async () => {
    await symlink(outside, path.join(app.dir, 'link-out'));
    const input = { name: 'x', path: path.join(app.dir, 'link-out') };
    const { errors } = await app.post(start, { variables: { input } });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['an empty name', { name: ' ' }, 'input.name'],
    ['a share of everything', { validShare: 1 }, 'input.validShare'],
  ])('refuses %s', async (_sentence, change, field) => {
    const input = { name: 'x', path: shapes, ...change };
    const { errors } = await app.post(start, { variables: { input } });
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  it('is done again after the program was cut off in the middle', async () => {
    const dir = await temporaryFolder();
    await cp(shapes, path.join(dir, 'shapes'), { recursive: true });
    // What a kill -9 leaves behind: a dataset that is importing, and nobody who imports it.
    const store = openSqliteStore(path.join(dir, 'data/whetstone.sqlite'));
    await store.datasets.create({
      id: 'ds_cutoff',
      name: 'cut off',
      demo: false,
      createdAt: 1,
      path: path.join(dir, 'shapes'),
      labelRule: 'parent-folder',
      validShare: 0.2,
      seed: 42,
    });
    await store.close();
    expect(await importEnds(await startTestApp({ dir }), 'ds_cutoff')).toBe('READY');
  });
});

describe('the items of a dataset', () => {
  interface Items {
    readonly dataset: {
      readonly items: {
        readonly totalCount: number;
        readonly edges: { cursor: string; node: { id: string; label: string; imageUrl: string } }[];
        readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
      };
    };
  }
  const items = async (id: string, args: string) => {
    const { dataset } = await app.ask<Items>(
      `query ($id: ID!) { dataset(id: $id) { items(${args}) {
        totalCount edges { cursor node { id label imageUrl(size: 32) } }
        pageInfo { hasNextPage hasPreviousPage endCursor }
      } } }`,
      { id },
    );
    return dataset.items;
  };

  it('are paged forwards and backwards, by class and by side', async () => {
    const { id } = await imported(shapes, { validShare: 0.5 });
    const first = await items(id, 'first: 10');
    const second = await items(id, `first: 10, after: "${first.pageInfo.endCursor}"`);
    const ids = [...first.edges, ...second.edges].map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(18);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const last = await items(id, 'last: 3');
    expect(last.edges.map(({ node }) => node.id)).toEqual(ids.slice(-3));
    const circles = await items(id, 'label: "circle"');
    expect(circles.edges.map(({ node }) => node.label)).toEqual(Array(6).fill('circle'));
    expect((await items(id, 'split: VALID')).totalCount).toBe(9);
  });

  it.each([
    ['both ways at once', 'first: 1, last: 1'],
    ['nothing', 'first: 0'],
    ['too many', 'first: 101'],
    ['a cursor that is none', 'after: "x"'],
  ])('are not paged by %s', async (_sentence, args) => {
    const { id } = await imported(shapes);
    const { errors } = await app.post(`{ dataset(id: "${id}") { items(${args}) { totalCount } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('have pictures of the size asked for, which a browser keeps', async () => {
    const { id } = await imported(shapes);
    const { edges } = await items(id, 'first: 1');
    const url = `${app.address}${edges[0]!.node.imageUrl}`;
    const response = await fetch(url);
    const { default: sharp } = await import('sharp');
    const { format, width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect([response.status, format, width, height]).toEqual([200, 'jpeg', 32, 32]);
    expect(response.headers.get('cache-control')).toContain('immutable');
    const again = await fetch(url, { headers: { 'if-none-match': response.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });
});

describe('folders on the server', () => {
  it('are completed inside the data roots', async () => {
    const complete = async (prefix: string) => {
      const { folders } = await app.ask<{ folders: { name: string; imageCount: number }[] }>(
        `query ($prefix: String!) { folders(prefix: $prefix) { name imageCount folderCount } }`,
        { prefix },
      );
      return folders;
    };
    expect(await complete(path.join(app.dir, 'sha'))).toEqual([
      { name: 'shapes', imageCount: 18, folderCount: 3 },
    ]);
    expect((await complete(`${shapes}/`)).map(({ name }) => name)).toEqual([
      'circle',
      'square',
      'triangle',
    ]);
    expect(await complete(`${outside}/`)).toEqual([]);
    expect((await complete('')).map(({ name }) => name)).toEqual([path.basename(app.dir)]);
  });

  it('are previewed with classes, counts and what stands in the way', async () => {
    const preview = async (folder: string) => {
      const { previewFolder } = await app.ask<{ previewFolder: object }>(
        `query ($path: String!) { previewFolder(path: $path) {
          imageCount classes { label count } problems { code }
        } }`,
        { path: folder },
      );
      return previewFolder;
    };
    expect(await preview(shapes)).toEqual({
      imageCount: 18,
      classes: ['circle', 'square', 'triangle'].map((label) => ({ label, count: 6 })),
      problems: [],
    });
    expect(await preview(path.join(app.dir, 'cache'))).toMatchObject({
      imageCount: 0,
      problems: [{ code: 'NO_IMAGES' }],
    });
  });
});
