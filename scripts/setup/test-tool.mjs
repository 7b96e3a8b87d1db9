import { run, SetupError, tryRun } from './run-command.mjs';

/**
 * Installs what some tests need from Debian, where that is allowed; elsewhere says how, and those
 * tests are skipped.
 *
 * @param {{
 *   name: string, packages: readonly string[], isThere: () => boolean,
 *   use: string, size: string, otherwise?: string,
 * }} tool
 */
export async function ensureTestTool({ name, packages, isThere, use, size, otherwise = '' }) {
  if (isThere()) return;
  const mayInstall = process.getuid?.() === 0 && (await tryRun('apt-get', ['--version'])) !== null;
  try {
    if (!mayInstall) throw new SetupError('it may not be installed from here');
    process.stderr.write(`  ${name} for ${use} (about ${size})\n`);
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(
      `No ${name}: ${error.message}. ${use} will be skipped. Install it (Debian: ` +
        `\`sudo apt-get install ${packages.join(' ')}\`)${otherwise}\n`,
    );
  }
}
