import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { contentOf, readArchive, sha256 } from '../testing/archives.js';
import { importedDataset, runEnds, startRun, whenStep } from '../testing/runs.js';
import { cleanUp, startTestApp, type TestApp, temporaryFolder } from '../testing/test-app.js';
import { backUp } from './backup.js';
import { keptFiles } from './kept-files.js';
import { restore } from './restore.js';

afterEach(cleanUp);

const phases = [{ lrFind: { steps: 4 } }, { fit: { epochs: 3, learningRate: 1e-3 } }];
const steps = Array.from({ length: 18 }, (_, step) => step);

/** A program with a dataset; `dir` has its data folder and room for others. */
async function appWithShapes(trainer: Readonly<Record<string, string>> = {}) {
  const dir = await temporaryFolder();
  const shapes = { classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 } as const;
  await drawShapes({ dir: path.join(dir, 'shapes'), ...shapes });
  const app = await startTestApp({ dir, trainer });
  const datasetId = await importedDataset(app, path.join(dir, 'shapes'));
  return { app, dir, dataDir: path.join(dir, 'data'), datasetId };
}

/** A program that has trained a run and ended. */
async function trained() {
  const { app, datasetId, ...places } = await appWithShapes();
  const id = await startRun(app, { datasetId, phases });
  await runEnds(app, id);
  await app.close();
  return { id, ...places };
}

/** Another place for data, without any. */
async function elsewhere() {
  const dir = await temporaryFolder();
  return { dir, dataDir: path.join(dir, 'data') };
}

async function seriesOf(app: TestApp, id: string) {
  const { run } = await app.ask<{ run: { series: { steps: number[] } } }>(
    `query ($id: ID!) { run(id: $id) { series(name: "loss") { steps } } }`,
    { id },
  );
  return run.series.steps;
}

/** Files that a data folder needs and does not have as its log says. */
async function lacking(dataDir: string): Promise<readonly string[]> {
  const store = openSqliteStore(path.join(dataDir, 'whetstone.sqlite'));
  const kept = await keptFiles(store);
  await store.close();
  const lost: string[] = [];
  for (const one of kept) {
    const content = await readFile(path.join(dataDir, one.path)).catch(() => undefined);
    if (content === undefined && !one.isNeeded) continue;
    if (content === undefined || (one.sha256 ?? sha256(content)) !== sha256(content))
      lost.push(one.path);
  }
  return lost;
}

describe('a backup', () => {
  it('gives back every row and every file, to another place too', async () => {
    const { dir, dataDir } = await trained();
    const file = path.join(dir, 'one.tar');
    const report = await backUp({ dataDir, file });
    const other = await elsewhere();
    const header = await restore({ dataDir: other.dataDir, file });
    const content = await contentOf(dataDir);
    expect(await contentOf(other.dataDir)).toEqual(content);
    // Its tables are one file there.
    const files = Object.keys(content).length - 5 + 1;
    expect([report.files, header.files]).toEqual([files, files]);
    expect(report).toMatchObject({ missing: [], damaged: [] });
    expect(await readdir(dir)).not.toContain('one.tar.partial');
    expect(await readdir(other.dir)).toEqual(['data']);
  });

  it('is read and checked by ordinary tools', async () => {
    const { dir, dataDir } = await trained();
    await backUp({ dataDir, file: path.join(dir, 'one.tar') });
    const unpacked = path.join(dir, 'unpacked');
    await mkdir(unpacked);
    execFileSync('tar', ['-xf', '../one.tar'], { cwd: unpacked });
    const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: unpacked });
    expect(checked.toString()).toContain('whetstone.sqlite: OK');
    const sums = await readFile(path.join(unpacked, 'SHA256SUMS'), 'utf8');
    const files = await readdir(unpacked, { recursive: true, withFileTypes: true });
    expect(sums.trimEnd().split('\n')).toHaveLength(files.filter((one) => one.isFile()).length - 1);
  });

  it('shows the same runs to the program that starts on it', async () => {
    const { id, dir, dataDir } = await trained();
    const file = path.join(dir, 'one.tar');
    await backUp({ dataDir, file });
    const other = await elsewhere();
    await restore({ dataDir: other.dataDir, file });
    const app = await startTestApp({ dir: other.dir });
    expect(await seriesOf(app, id)).toEqual(steps);
    const { run } = await app.ask<{ run: { artifacts: { url: string }[] } }>(
      `query ($id: ID!) { run(id: $id) { artifacts { url } } }`,
      { id },
    );
    expect(run.artifacts.length).toBeGreaterThan(0);
    for (const { url } of run.artifacts)
      expect((await fetch(`${app.address}${url}`)).status).toBe(200);
    const { datasets } = await app.ask<{
      datasets: { edges: { node: { items: { edges: { node: { imageUrl: string } }[] } } }[] };
    }>(`{ datasets { edges { node { items(first: 20) { edges { node { imageUrl } } } } } } }`);
    const items = datasets.edges[0]!.node.items.edges;
    expect(items).toHaveLength(8);
    // The originals may be gone.
    for (const { node } of items)
      expect((await fetch(`${app.address}${node.imageUrl}`)).status).toBe(200);
  });
});

describe('a backup of a run that trains', () => {
  it('is whole at any moment, and the run goes on from there', async () => {
    const { app, dir, dataDir, datasetId } = await appWithShapes({ FORMULA_BATCH_MS: '15' });
    const id = await startRun(app, {
      datasetId,
      phases: [{ fit: { epochs: 40, learningRate: 1e-3 } }],
    });
    await whenStep(app, id, 8);
    const taken: string[] = [];
    // A checkpoint is replaced every 60 ms meanwhile.
    while (taken.length < 8) {
      const file = path.join(dir, `${taken.length}.tar`);
      expect(await backUp({ dataDir, file })).toMatchObject({ missing: [], damaged: [] });
      taken.push(file);
    }
    await app.ask(`mutation ($id: ID!) { stopRun(id: $id) { run { id } } }`, { id });
    await app.close();

    const lengths: number[] = [];
    for (const file of taken) {
      const other = await elsewhere();
      await restore({ dataDir: other.dataDir, file });
      expect(await lacking(other.dataDir)).toEqual([]);
      const store = openSqliteStore(path.join(other.dataDir, 'whetstone.sqlite'));
      const run = (await store.runs.find(id))!;
      await store.close();
      expect(run.status).toBe('running');
      lengths.push(run.lastSeq);
      if (file !== taken.at(-1)) continue;
      const again = await startTestApp({ dir: other.dir });
      expect(await runEnds(again, id)).toBe('SUCCEEDED');
      expect(await seriesOf(again, id)).toEqual(Array.from({ length: 240 }, (_, step) => step));
      const { run: ended } = await again.ask<{ run: { attempts: { fromStep: number }[] } }>(
        `query ($id: ID!) { run(id: $id) { attempts { fromStep } } }`,
        { id },
      );
      expect(ended.attempts[1]!.fromStep).toBeGreaterThan(0);
      expect(await lacking(other.dataDir)).toEqual([]);
    }
    expect(lengths).toEqual(lengths.toSorted((one, other) => one - other));
    expect(new Set(lengths).size).toBeGreaterThan(1);
  });

  it('leaves a run out that is deleted meanwhile, with all that it had', async () => {
    const { id, dir, dataDir } = await trained();
    const store = openSqliteStore(path.join(dataDir, 'whetstone.sqlite'));
    let isDeleted = false;
    const deleteIt = () => {
      if (isDeleted) return;
      isDeleted = true;
      rmSync(path.join(dataDir, 'runs', id), { recursive: true });
      void store.runs.remove(id);
    };
    const file = path.join(dir, 'one.tar');
    const report = await backUp({ dataDir, file, onProgress: deleteIt });
    await store.close();
    expect(report.missing).toEqual([]);
    expect((await readArchive(file)).filter(({ name }) => name.startsWith('runs/'))).toEqual([]);
    const other = await elsewhere();
    await restore({ dataDir: other.dataDir, file });
    expect(await contentOf(other.dataDir)).toEqual(await contentOf(dataDir));
    expect((await contentOf(other.dataDir))['runs']).toContain('0 rows');
  });
});

describe('what is wrong with a data folder already', () => {
  it('is said, and does not keep the rest from being saved', async () => {
    const { id, dir, dataDir } = await trained();
    const folder = path.join(dataDir, 'runs', id);
    const [first, second] = (await readdir(folder)).filter((name) =>
      name.startsWith('predictions'),
    );
    await rm(path.join(folder, first!));
    await writeFile(path.join(folder, second!), 'changed');
    const file = path.join(dir, 'one.tar');
    expect(await backUp({ dataDir, file })).toMatchObject({
      missing: [`runs/${id}/${first!}`],
      damaged: [`runs/${id}/${second!}`],
    });
    const other = await elsewhere();
    await restore({ dataDir: other.dataDir, file });
    expect(await contentOf(other.dataDir)).toEqual(await contentOf(dataDir));
  });
});

describe('a backup is refused', () => {
  it('where there are no data', async () => {
    const { dir, dataDir } = await elsewhere();
    const backup = backUp({ dataDir, file: path.join(dir, 'one.tar') });
    await expect(backup).rejects.toMatchObject({ code: 'NO_DATA' });
    // Looking for a database must not make one.
    expect(existsSync(dataDir)).toBe(false);
  });

  it('where its file would replace another, or has no folder', async () => {
    const { dir, dataDir } = await trained();
    const file = path.join(dir, 'one.tar');
    await writeFile(file, 'something dear');
    await expect(backUp({ dataDir, file })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readFile(file, 'utf8')).toBe('something dear');
    await expect(
      backUp({ dataDir, file: path.join(dir, 'none', 'one.tar') }),
    ).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('where another one writes the same file', async () => {
    const { dir, dataDir } = await trained();
    const file = path.join(dir, 'one.tar');
    const both = await Promise.allSettled([backUp({ dataDir, file }), backUp({ dataDir, file })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = both.find((one) => one.status === 'rejected');
    expect(lost?.reason).toMatchObject({ code: 'IN_USE' });
    expect(await readdir(dir)).not.toContain('one.tar.partial');
  });

  it('once it is ended by hand, and nothing stays', async () => {
    const { dir, dataDir } = await trained();
    const ending = new AbortController();
    const backup = backUp({
      dataDir,
      file: path.join(dir, 'one.tar'),
      signal: ending.signal,
      onProgress: () => {
        ending.abort(new Error('Ended by hand'));
      },
    });
    await expect(backup).rejects.toThrow('Ended by hand');
    expect((await readdir(dir)).filter((name) => name.startsWith('one.tar'))).toEqual([]);
  });
});
