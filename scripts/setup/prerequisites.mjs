import { SetupError, tryRun } from './run-command.mjs';

/** First minor version of a line that loads ES modules with `require`, which the tools need; 24 and later all do. */
const FIRST_MINOR = { 20: 19, 22: 12 };
const ALWAYS_FROM = 24;

/** Whether this Node can run everything. */
export function isNodeSupported(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major >= ALWAYS_FROM || minor >= (FIRST_MINOR[major] ?? Infinity);
}

export function assertNode(version = process.versions.node) {
  if (isNodeSupported(version)) return;
  throw new SetupError(
    `Expected Node 20.19 or a later 20, 22.12 or a later 22, or 24 and later, received ${version}. ` +
      'Install a current Node, for example with your package manager or a version manager',
  );
}

/** The Python that has pip, or null. */
export async function findPython() {
  for (const command of ['python3', 'python']) {
    if ((await tryRun(command, ['-m', 'pip', '--version'])) !== null) return command;
  }
  return null;
}

/** The C++ compiler, or null. */
export async function findCompiler() {
  for (const command of [process.env.CXX, 'c++', 'g++', 'clang++']) {
    if (command && (await tryRun(command, ['--version'])) !== null) return command;
  }
  return null;
}

export const missingPython =
  'Expected Python 3 with pip, found none: it fetches the native TensorFlow library and the ' +
  'pretrained weights. Install it (Debian: `apt-get install python3-pip`, Fedora: ' +
  '`dnf install python3-pip`, macOS: `brew install python`)';

export const missingCompiler =
  'Expected a C++ compiler, found none: it builds the 100 kB bridge between Node and TensorFlow. ' +
  'Install one (Debian: `apt-get install g++`, Fedora: `dnf install gcc-c++`, macOS: ' +
  '`xcode-select --install`)';
