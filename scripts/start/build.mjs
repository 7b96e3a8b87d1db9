import path from 'node:path';
import { root } from '../setup/cache.mjs';
import { run } from '../setup/run-command.mjs';

/** Builds what has changed since the last time; quiet unless it fails. */
export async function build() {
  const started = Date.now();
  const patience = setTimeout(() => process.stderr.write('Building …\n'), 1500);
  try {
    await run(
      path.join(root, 'node_modules/.bin/turbo'),
      ['run', 'build', '--output-logs=errors-only'],
      {
        cwd: root,
        env: {
          TURBO_TELEMETRY_DISABLED: '1',
          NEXT_TELEMETRY_DISABLED: '1',
          DO_NOT_TRACK: '1',
          NODE_ENV: 'production',
        },
        remedy: 'Mend what it names, then start again.',
      },
    );
  } finally {
    clearTimeout(patience);
  }
  const seconds = (Date.now() - started) / 1000;
  if (seconds > 1.5) process.stderr.write(`Built in ${Math.round(seconds)} s\n`);
}
