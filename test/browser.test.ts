import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from './support/browser.js';
import { type Program, removeFolders, startProgram } from './support/program.js';
import { shapesFolder } from './support/runs.js';

if (chromiumPath === undefined)
  console.warn('Skipped: found no Chromium. Install it, or set WHETSTONE_CHROMIUM to its path.');

describe.skipIf(chromiumPath === undefined)('In a browser', () => {
  let program: Program;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    program = await startProgram();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await program.stop();
    await removeFolders();
  });

  const pointsDrawn = async () =>
    Number(await page.getByTestId('loss-chart').getAttribute('data-points'));

  it('adds a folder of images by its path', async () => {
    const folder = await shapesFolder();
    await page.goto(`${program.dashboard}/datasets`);
    await page.getByRole('button', { name: 'Add a folder' }).first().click();
    await page.getByLabel('Path').fill(folder);
    await page.getByText('circle').first().waitFor();
    await page.getByLabel('Name').fill('Drawn shapes');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('link', { name: 'Drawn shapes' }).first().waitFor();
    await page.getByText('Ready').first().waitFor();
  });

  it('starts a run by clicking, and sees the curve grow', async () => {
    await page.goto(`${program.dashboard}/runs/new`);
    await page.getByRole('radio', { name: /Fine-tune/ }).check();
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Image size').fill('64');
    await page.getByLabel('Batch size').fill('9');
    await page
      .getByLabel(/^Epochs/)
      .first()
      .fill('8');
    await page.getByRole('button', { name: /^Start run/ }).click();

    await page.waitForURL(/\/runs\/run_/);
    await expect.poll(pointsDrawn, { timeout: 120_000 }).toBeGreaterThan(2);
    const before = await pointsDrawn();
    await expect.poll(pointsDrawn, { timeout: 120_000 }).toBeGreaterThan(before);
  });

  it('sees the matrix, the mistakes and the end of the run without reloading', async () => {
    await page.getByTestId('confusion-matrix').waitFor();
    await page.getByText('Succeeded').first().waitFor({ timeout: 240_000 });
    // 54 of 72 shapes train in batches of 9: 6 steps in each of 9 epochs.
    expect(await pointsDrawn()).toBe(54);
    await page.getByText('Top losses').first().waitFor();
  });

  it('extends the run, and sees where the new one comes from', async () => {
    await page.getByText('Extend or fork').click();
    await page.getByLabel('Epochs', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Extend' }).click();
    await page.getByText('goes on from').waitFor();
    await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
    await expect.poll(pointsDrawn).toBe(6);
    await page.getByText('everything', { exact: true }).first().waitFor();
  });

  it('forks the run that was extended, with its settings and its checkpoints to choose from', async () => {
    const parent = page.getByText('goes on from').getByRole('link').nth(1);
    const address = await parent.getAttribute('href');
    await parent.click();
    // The child names its parent's checkpoint too: only the address says which page this is.
    await page.waitForURL(`${program.dashboard}${address ?? ''}`);
    await page.getByText('goes on from').waitFor({ state: 'detached' });
    await page.getByText('step 54, after epoch 9').first().waitFor({ state: 'attached' });
    await page.getByRole('link', { name: 'Fork' }).first().click();
    const begin = page.getByLabel('Begin with');
    await begin.waitFor();
    const choices = await begin.locator('option').allTextContents();
    expect(choices[0]).toBe('Drawn shapes, fine-tune, step 54, after epoch 9');
    expect(choices.slice(-2)).toEqual([
      'Drawn shapes, fine-tune, step 6, after epoch 1',
      'Pretrained weights, without what was learned',
    ]);
    expect(await page.getByLabel('Image size').inputValue()).toBe('64');
    await page.getByRole('radio', { name: /Find a learning rate/ }).check();
    await page.getByRole('button', { name: /^Start run/ }).click();
    await page.getByText('goes on from').waitFor();
    await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
  });

  it('shows a run that does not exist as such', async () => {
    await page.goto(`${program.dashboard}/runs/run_unknown`);
    await page
      .getByText(/no (such )?run/i)
      .first()
      .waitFor();
  });

  it('met no error on the way', () => {
    expect(problems.filter((problem) => !/404/.test(problem))).toEqual([]);
  });
});
