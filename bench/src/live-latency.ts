import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** How long the page is watched. */
const WATCH_MS = Number(process.env['WATCH_MS'] ?? 60_000);
const address = process.env['DASHBOARD'] ?? 'http://127.0.0.1:3000';

interface Drawn {
  /** Points on the chart. */
  readonly points: number;
  /** When the frame that shows them was drawn, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * From a batch's end in the trainer to the frame that shows it: opens the page of the run that is
 * training now (start one first) and compares each batch's own clock with the moment at which the
 * chart has its point. One machine, one clock.
 */
export async function measure(): Promise<void> {
  const runId = await runningRun();
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    // The compiler of these scripts names functions through a helper that a page does not have.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.goto(`${address}/runs/${runId}`);
    const drawn = await watchChart(page);
    const ended = await batchEnds(runId);
    report(delays(drawn, ended));
  } finally {
    await browser.close();
  }
}

function openBrowser(): Promise<Browser> {
  const places = [process.env['WHETSTONE_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = places.find((place) => place !== undefined && existsSync(place)) ?? '';
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}

/** Notes every change of the number of points, on the page's own clock. */
function watchChart(page: Page): Promise<Drawn[]> {
  return page.evaluate(
    (watchMs) =>
      new Promise<Drawn[]>((resolve) => {
        const drawn: Drawn[] = [];
        const start = () => {
          const chart = document.querySelector('[data-testid="loss-chart"]');
          if (chart === null) {
            setTimeout(start, 100);
            return;
          }
          const points = () => Number(chart.getAttribute('data-points'));
          new MutationObserver(() => drawn.push({ points: points(), at: Date.now() })).observe(
            chart,
            { attributes: true, attributeFilter: ['data-points'] },
          );
          // What is on the chart by now came late because the page did.
          drawn.push({ points: points(), at: Number.NaN });
        };
        start();
        setTimeout(() => {
          resolve(drawn);
        }, watchMs);
      }),
    WATCH_MS,
  );
}

function delays(drawn: readonly Drawn[], ended: readonly number[]): number[] {
  const result: number[] = [];
  let shown = 0;
  let live = false;
  for (const { points, at } of drawn) {
    // The first change after opening brings the history.
    if (live) for (const end of ended.slice(shown, points)) result.push(at - end);
    if (!Number.isNaN(at)) live = true;
    shown = points;
  }
  return result.sort((a, b) => a - b);
}

function report(sorted: readonly number[]): void {
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  console.log('batch end to chart, ms');
  console.table({ batches: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) });
}

async function runningRun(): Promise<string> {
  const query = `{ runs(first: 1, filter: { status: [RUNNING] }) { edges { node { id } } } }`;
  const data = await ask<{ runs: { edges: { node: { id: string } }[] } }>(query);
  const id = data.runs.edges[0]?.node.id;
  if (id === undefined)
    throw new Error(`Expected a run that is training at ${address}, found none`);
  return id;
}

async function batchEnds(id: string): Promise<number[]> {
  const query = `{ run(id: "${id}") { series(name: "loss", maxPoints: 100000) { times } } }`;
  const data = await ask<{ run: { series: { times: string[] } } }>(query);
  return data.run.series.times.map((time) => Date.parse(time));
}

async function ask<Data>(query: string): Promise<Data> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  // The cast trusts the queries above.
  return ((await response.json()) as { data: Data }).data;
}
