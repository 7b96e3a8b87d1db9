import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Machine } from './machine.js';
import type { MeasuredRow, Performance } from './performance.js';
import { Report } from './report.js';

const MACHINE: Machine = {
  cpu: 'C',
  cores: 2,
  threads: 2,
  memoryGb: 24,
  system: 'L',
  loadBefore: 0,
};
const KNOWN = { order: ['step', 'epoch'], machine: MACHINE };
const SIDES = [{ versions: { tensorflow: '2.21.0' } }, { versions: { torch: '2.15.0' } }];

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whetstone-report-'));
  file = path.join(folder, 'docs', 'performance.json');
});
afterEach(() => rm(folder, { recursive: true }));

function measured(id: string): MeasuredRow {
  const compared = { against: 'fastai', peer: 2, ratio: 2, bar: 1, stretch: 3 };
  const spread = [1.9, 2.1] as const;
  const date = '2026-01-01T00:00:00.000Z';
  return { id, what: id, ours: 1, unit: 's', ...compared, spread, rounds: 3, date, notes: [] };
}

async function readBack(): Promise<Performance> {
  return JSON.parse(await readFile(file, 'utf8')) as Performance;
}

it('writes the figures after every row, and the page and the figure made of them', async () => {
  const report = await Report.open(file, KNOWN);
  await report.add(measured('epoch'), SIDES);
  const { rows, versions, date, machine } = await readBack();
  expect(rows).toEqual([measured('epoch')]);
  expect(versions).toEqual({ tensorflow: '2.21.0', torch: '2.15.0' });
  expect(date).toBe('2026-01-01T00:00:00.000Z');
  expect(machine).toEqual(MACHINE);
  const page = await readFile(path.join(folder, 'docs', 'performance.md'), 'utf8');
  expect(page).toMatch(/\| `epoch` +\| epoch +\| 1\.00 s +\| 2\.00 s, fastai +\| \*\*2\.00\*\*/);
  const figure = await readFile(path.join(folder, 'docs', 'performance.svg'), 'utf8');
  expect(figure).toContain('epoch: 2.00 fastai');
});

it('keeps the rows of an earlier run', async () => {
  await (await Report.open(file, KNOWN)).add(measured('epoch'), SIDES);
  await (await Report.open(file, KNOWN)).add(measured('step'), SIDES);
  expect((await readBack()).rows.map(({ id }) => id)).toEqual(['step', 'epoch']);
});

it('refuses another kind of file before anything is measured', async () => {
  file = path.join(folder, 'notes.json');
  await writeFile(file, 'notes');
  await expect(Report.open(file, KNOWN)).rejects.toThrow(
    `Expected figures of an earlier run in ${file}`,
  );
});

it('writes nothing where no file is named', async () => {
  const report = await Report.open(null, KNOWN);
  await report.add(measured('step'), SIDES);
  expect(report.measured).toEqual([measured('step')]);
  expect(await readdir(folder)).toEqual([]);
});
