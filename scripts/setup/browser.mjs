import { existsSync } from 'node:fs';
import { ensureTestTool } from './test-tool.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Chromium for the browser tests, or null. */
export function findBrowser(env = process.env) {
  const places = env.WHETSTONE_CHROMIUM ? [env.WHETSTONE_CHROMIUM] : PLACES;
  return places.find((place) => existsSync(place)) ?? null;
}

export function ensureBrowser() {
  return ensureTestTool({
    name: 'Chromium',
    packages: ['chromium'],
    isThere: () => findBrowser() !== null,
    use: 'the browser tests',
    size: '100 MB',
    otherwise: ', or set WHETSTONE_CHROMIUM to its path',
  });
}
