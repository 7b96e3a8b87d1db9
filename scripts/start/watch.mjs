import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../setup/cache.mjs';

/** Compiles engine, schema and API again as their files change; Node restarts the API by itself. */
export function watchSources() {
  for (const folder of ['packages/training', 'packages/schema', 'apps/api']) {
    const project = path.join(root, folder, 'tsconfig.build.json');
    const compiler = path.join(root, 'node_modules/.bin/tsc');
    const child = spawn(compiler, ['-p', project, '--watch', '--preserveWatchOutput'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.on('exit', () => child.kill());
  }
}
