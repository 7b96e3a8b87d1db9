/**
 * Installs what is missing, builds, and runs every test; arguments go on to Vitest. The last line
 * reads `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './setup/browser.mjs';
import { root } from './setup/cache.mjs';
import { ensureRedis } from './setup/redis.mjs';
import { ensureSetup } from './setup/ensure-setup.mjs';
import { ensureMongoStandIn } from './setup/mongo-stand-in.mjs';
import { SetupError } from './setup/run-command.mjs';
import { build } from './start/build.mjs';
import { countResults, summaryLines } from './test/summary.mjs';

async function main() {
  await ensureSetup();
  await ensureBrowser();
  await ensureRedis();
  await ensureMongoStandIn();
  await build();
  const folder = mkdtempSync(path.join(tmpdir(), 'whetstone-results-'));
  const file = path.join(folder, 'results.json');
  try {
    const code = await runVitest(file);
    const counts = existsSync(file)
      ? countResults(JSON.parse(readFileSync(file, 'utf8')))
      : { passed: 0, failed: 1, skipped: 0 };
    // Vitest fails for errors outside of any test too.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    process.stdout.write(`\n${summaryLines(counts).join('\n')}\n`);
    return code !== 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(file) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', resolve));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\nCould not test. ${error.message}\n`);
  process.exitCode = 1;
}
