import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { findPython, missingPython } from './prerequisites.mjs';
import { watchGrowth } from './progress.mjs';
import { run, SetupError } from './run-command.mjs';

/**
 * Fetches one Python package as a wheel, through pip, which knows the user's mirror and proxy.
 *
 * @param {string} requirement
 * @param {{ folder: string, bytes: number, flags?: readonly string[], tell: (fraction: number, note: string) => void }} options
 */
export async function downloadWheel(requirement, { folder, bytes, flags = [], tell }) {
  const python = await findPython();
  if (python === null) throw new SetupError(missingPython);
  // pip writes into TMPDIR first: pointing it here shows the growth and fills no small /tmp.
  const stop = watchGrowth(() => sizeOfTree(folder), bytes, tell);
  try {
    const args = ['-m', 'pip', 'download', requirement, '--no-deps', '--only-binary=:all:'];
    const quiet = ['--no-cache-dir', '--progress-bar', 'off', '--dest', folder];
    await run(python, [...args, ...quiet, ...flags], {
      env: { TMPDIR: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
      remedy: 'Check the network and that pip reaches its index, then run `npm run setup` again.',
    });
  } finally {
    stop();
  }
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new SetupError(`Expected pip to leave a wheel of ${requirement}`);
  return path.join(folder, wheel);
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
