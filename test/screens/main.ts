/**
 * Writes pictures of every page from a real run, at 1440 and 390 px, light and dark.
 *
 *   npm run screens                    into docs/screens
 *   npm run screens -- --out FOLDER --images FOLDER
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '@whetstone/training';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openBrowser } from '../support/browser.js';
import { ask } from '../support/graphql.js';
import { type Program, removeFolders, startProgram } from '../support/program.js';
import { eventually, importFolder, runReaches, startRun } from '../support/runs.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: path.resolve(import.meta.dirname, '../../docs/screens') },
    images: { type: 'string', default: path.join(cacheDirectory(), 'demo-images') },
  },
});

const looks = [
  { name: 'light-1440', width: 1440, height: 1000, colorScheme: 'light' },
  { name: 'dark-1440', width: 1440, height: 1000, colorScheme: 'dark' },
  { name: 'light-390', width: 390, height: 844, colorScheme: 'light' },
  { name: 'dark-390', width: 390, height: 844, colorScheme: 'dark' },
] as const;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** What to do on the page before the picture. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

async function main(): Promise<void> {
  if (chromiumPath === undefined)
    throw new Error('Expected Chromium, found none. Install it, or set WHETSTONE_CHROMIUM');
  await mkdir(values.out, { recursive: true });
  const program = await startProgram({ env: { DATA_ROOTS: path.dirname(values.images) } });
  const browser = await openBrowser();
  try {
    await shootEmpty(browser, program);
    const datasetId = await importFolder(program.api, values.images, { name: 'Everyday things' });
    const runId = await startRun(program.api, {
      datasetId,
      name: 'Everyday things, found rate',
      learningRateFrom: 'VALLEY',
    });
    await runHasPhases(program, runId, 1);
    await shoot(browser, program, [{ name: 'run-finding-a-rate', path: `/runs/${runId}` }]);
    await epochsEnded(program, runId, 2);
    await shoot(browser, program, [
      { name: 'run-live', path: `/runs/${runId}` },
      { name: 'runs-live', path: '/runs' },
    ]);
    await runReaches(program.api, runId, ['SUCCEEDED']);
    await shoot(browser, program, finishedShots(runId, datasetId));
  } finally {
    await browser.close();
    await program.stop();
    await removeFolders();
  }
}

function finishedShots(runId: string, datasetId: string): Shot[] {
  return [
    { name: 'runs', path: '/runs' },
    { name: 'run', path: `/runs/${runId}` },
    {
      name: 'run-cell',
      path: `/runs/${runId}`,
      prepare: (page) =>
        page.getByTestId('confusion-matrix').locator('[data-mistake]').first().click(),
    },
    { name: 'new-run', path: '/runs/new' },
    { name: 'datasets', path: '/datasets' },
    {
      name: 'datasets-add',
      path: '/datasets',
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Add a folder' }).first().click();
        await page.getByLabel('Path').fill(values.images);
      },
    },
    { name: 'dataset', path: `/datasets/${datasetId}` },
    { name: 'not-found', path: '/runs/run_unknown' },
    { name: 'login', path: '/login' },
  ];
}

async function shootEmpty(browser: Browser, program: Program): Promise<void> {
  await shoot(browser, program, [
    { name: 'runs-empty', path: '/runs' },
    { name: 'datasets-empty', path: '/datasets' },
  ]);
}

async function shoot(browser: Browser, program: Program, shots: readonly Shot[]): Promise<void> {
  for (const { name, width, height, colorScheme } of looks) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    for (const shot of shots) {
      await page.goto(program.dashboard + shot.path);
      await page.waitForTimeout(1500);
      await shot.prepare?.(page);
      // As tall as the page, so that what loads when seen is loaded and what sticks to an edge is there.
      const whole = await page.evaluate('document.documentElement.scrollHeight');
      await page.setViewportSize({ width, height: Math.max(height, Number(whole)) });
      await page.waitForTimeout(1000);
      const file = path.join(values.out, `${shot.name}-${name}.png`);
      await page.screenshot({ path: file });
      await page.setViewportSize({ width, height });
      console.log(file);
    }
    await context.close();
  }
}

interface Progressed {
  readonly run: { readonly phases: readonly { status: string; epochs: readonly unknown[] }[] };
}

async function phasesOf(program: Program, id: string): Promise<Progressed['run']['phases']> {
  const query = `query ($id: ID!) { run(id: $id) { phases { status epochs { epoch } } } }`;
  const { run } = await ask<Progressed>(program.api, query, { id });
  return run.phases;
}

function runHasPhases(program: Program, id: string, count: number): Promise<void> {
  return eventually(async () => {
    const phases = await phasesOf(program, id);
    return phases.filter(({ status }) => status === 'COMPLETED').length >= count;
  });
}

function epochsEnded(program: Program, id: string, count: number): Promise<void> {
  return eventually(async () => {
    const phases = await phasesOf(program, id);
    return phases.flatMap(({ epochs }) => epochs).length >= count;
  });
}

await main();
