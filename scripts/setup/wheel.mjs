import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, missingPython } from './prerequisites.mjs';
import { watchGrowth } from './progress.mjs';
import { run, SetupError } from './run-command.mjs';
import { sizeOfTree } from './whole-folder.mjs';

/**
 * A Python package that comes as one file.
 *
 * @typedef {{ requirement: string, sha256: string, bytes: number, flags?: readonly string[] }} Wheel
 */

async function python() {
  const command = await findPython();
  if (command === null) throw new SetupError(missingPython);
  return command;
}

/**
 * Fetches a wheel through pip, which knows the user's mirror and proxy and refuses other bytes than
 * the expected ones.
 *
 * @param {Wheel} wheel
 * @param {string} folder
 * @param {(fraction: number, note: string) => void} tell
 */
export async function downloadWheel({ requirement, sha256, bytes, flags = [] }, folder, tell) {
  const requirements = path.join(folder, 'requirements.txt');
  writeFileSync(requirements, `${requirement} --hash=sha256:${sha256}\n`);
  // pip writes into TMPDIR first: pointing it here shows the growth and fills no small /tmp.
  const stop = watchGrowth(() => sizeOfTree(folder), bytes, tell);
  try {
    const what = ['--requirement', requirements, '--no-deps', '--only-binary=:all:', ...flags];
    const quiet = ['--no-cache-dir', '--progress-bar', 'off', '--dest', folder];
    await run(await python(), ['-m', 'pip', 'download', ...what, ...quiet], {
      env: { TMPDIR: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_REQUIRE_VIRTUALENV: '0' },
      remedy:
        'Check the network, the free disk space, and that pip reaches its index; then run ' +
        '`npm run setup` again.',
    });
  } finally {
    stop();
  }
  const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new SetupError(`Expected pip to leave a wheel of ${requirement}`);
  return path.join(folder, file);
}

/**
 * Unpacks those files of a wheel whose names start with one of `prefixes` into its folder.
 *
 * @param {string} wheel
 * @param {readonly string[]} prefixes
 * @param {(fraction: number) => void} tell
 */
export async function unpackWheel(wheel, prefixes, tell = () => {}) {
  await runPython('unpack_wheel.py', [wheel, path.dirname(wheel), ...prefixes], (text) => {
    tell(Number(text.trim().split('\n').at(-1)));
  });
}

/**
 * Runs one of the Python scripts beside this file; they need nothing but the standard library.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {(text: string) => void} onOutput
 */
export async function runPython(script, args, onOutput = () => {}) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return run(await python(), [file, ...args], {
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    onOutput,
    remedy: 'Check the free disk space, then run `npm run setup` again.',
  });
}
