import { existsSync } from 'node:fs';
import { run, SetupError, tryRun } from './run-command.mjs';

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

/** Installs Chromium where that is allowed; elsewhere says how, and the browser tests are skipped. */
export async function ensureBrowser() {
  if (findBrowser() !== null) return;
  const mayInstall = process.getuid?.() === 0 && (await tryRun('apt-get', ['--version'])) !== null;
  try {
    if (!mayInstall) throw new SetupError('it may not be installed from here');
    process.stderr.write('  Chromium for the browser tests (about 100 MB)\n');
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(
      `No Chromium: ${error.message}. The browser tests will be skipped. Install it (Debian: ` +
        '`sudo apt-get install chromium`), or set WHETSTONE_CHROMIUM to its path\n',
    );
  }
}
