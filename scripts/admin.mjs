/**
 * Commands on the data folder, which work from the sources.
 *
 *   npm run backup -- FILE
 *   npm run restore -- FILE
 *   npm run migrate -- mongodb|sqlite
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './setup/cache.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { ensureSteps } from './setup/ensure-setup.mjs';
import { SetupError } from './setup/run-command.mjs';

async function main() {
  await ensureSteps([dependencies]);
  const child = spawn(
    process.execPath,
    [
      '--import=tsx',
      '--conditions=@whetstone/source',
      path.join(root, 'apps/api/src/admin/main.ts'),
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  // Ctrl-C reaches the command by itself, which tidies up before it ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
