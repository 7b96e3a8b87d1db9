import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '@whetstone/training';
import { requirementsHash } from './requirements.js';

const REQUIREMENTS = fileURLToPath(new URL('../../../reference/requirements.txt', import.meta.url));
/** The oldest Python, 3.x, for which everything in the requirements is released. */
const OLDEST_MINOR = 11;
const USE_YOUR_OWN = 'or give one that has the packages with `--python PATH`';

export interface EnsurePythonOptions {
  /** @default bench/reference/requirements.txt */
  readonly requirementsFile?: string;
  /** @default the user's cache */
  readonly cacheDir?: string;
  /** Pythons to make the environment with; the first that is there. @default python3, python */
  readonly candidates?: readonly string[];
  readonly tell?: (text: string) => void;
}

/**
 * The Python of the environment that the peers run in, which is installed first if it is not there.
 * An installation that broke off is begun again. Environments of other requirements stay.
 */
export async function ensurePython({
  requirementsFile = REQUIREMENTS,
  cacheDir = cacheDirectory(),
  candidates = ['python3', 'python'],
  tell = console.log,
}: EnsurePythonOptions = {}): Promise<string> {
  const requirements = await readFile(requirementsFile, 'utf8');
  const folder = path.join(cacheDir, `bench-python-${requirementsHash(requirements)}`);
  const python = path.join(
    folder,
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  );
  const complete = path.join(folder, 'complete.json');
  if (existsSync(complete)) return python;

  const base = await findPython(candidates);
  tell(
    'Installing PyTorch, timm and fastai to compare with, once: about 6 GB on Linux, where PyTorch ' +
      `brings NVIDIA's libraries along, and about 1 GB elsewhere, into ${folder}. \`--python PATH\` uses an installation of yours instead`,
  );
  await rm(folder, { recursive: true, force: true });
  await run([base, '-m', 'venv', folder], {
    remedy: `Install its module venv (Debian: \`apt-get install python3-venv\`), ${USE_YOUR_OWN}`,
  });
  const quiet = ['--disable-pip-version-check', '--no-input'];
  await run([python, '-m', 'pip', ...quiet, 'install', '--requirement', requirementsFile], {
    remedy: `Check the network, that pip reaches its index, and that the disk has room; then try again, ${USE_YOUR_OWN}`,
  });
  // Written last, so that a folder without it is one that was not finished.
  await writeFile(complete, JSON.stringify({ base, date: new Date().toISOString() }));
  return python;
}

async function findPython(candidates: readonly string[]): Promise<string> {
  const found: string[] = [];
  for (const candidate of candidates) {
    const version = await versionOf(candidate);
    if (version === null) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === 3 && minor >= OLDEST_MINOR) return candidate;
    found.push(`${candidate} ${version}`);
  }
  throw new Error(
    `Expected Python 3.${OLDEST_MINOR} or later, received ${found.join(', ') || `none out of ${candidates.join(', ')}`}. ` +
      'Install it (Debian: `apt-get install python3 python3-venv`, Fedora: `dnf install python3`, ' +
      `macOS: \`brew install python\`), ${USE_YOUR_OWN}`,
  );
}

async function versionOf(python: string): Promise<string | null> {
  const script = 'import platform; print(platform.python_version())';
  return run([python, '-c', script], { isQuiet: true }).then(
    (output) => output.trim(),
    () => null,
  );
}

interface RunOptions {
  readonly remedy?: string;
  /** Whether its output is kept from the terminal. @default false */
  readonly isQuiet?: boolean;
}

function run(
  [command, ...args]: readonly [string, ...string[]],
  { remedy = '', isQuiet = false }: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const shown = isQuiet ? 'ignore' : 'inherit';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', shown] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!isQuiet) process.stderr.write(chunk);
    });
    child.on('error', (cause) => {
      reject(new Error(`Could not run \`${command}\`. ${remedy}`, { cause }));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`\`${[command, ...args].join(' ')}\` ended with ${code}. ${remedy}`));
    });
  });
}
