import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from './cache.mjs';
import { addonFolder, hasRecipe, isPackagesOwn, libraryFolder } from './native-engine.mjs';
import { findCompiler, missingCompiler } from './prerequisites.mjs';
import { run, SetupError } from './run-command.mjs';
import { TENSORFLOW_VERSION } from './tensorflow.mjs';

/** What it is made for: this machine's, unless the program will run on another one. */
const processor = process.env.WHETSTONE_KERNELS_FOR || 'native';
const sourceFolder = path.join(root, 'packages/training/kernels');
const addon = path.join(addonFolder, 'whetstone_kernels.node');
/** Which sources were built last on which processor, or why they could not be. */
const marker = path.join(addonFolder, 'whetstone_kernels.json');

/**
 * Operations of our own, compiled for the processor at hand. Nothing depends on them but speed, so a
 * machine that cannot build them is told so once, and does without.
 *
 * @type {import('./steps.mjs').Step}
 */
export const kernels = {
  name: 'kernels',
  title: 'Kernels for this processor (0.1 MB)',
  isDone() {
    if (!hasRecipe || isPackagesOwn()) return Promise.resolve(true);
    const { build, refusal } = lastBuild();
    return Promise.resolve(build === buildName() && (refusal !== undefined || existsSync(addon)));
  },
  async run({ update }) {
    rmSync(addon, { force: true });
    const build = buildName();
    const cached = path.join(cacheDir(), 'kernels', `${build}.node`);
    try {
      if (!existsSync(cached)) await compile(cached, update);
      copyFileSync(cached, addon);
      update(0.9, 'one batch norm');
      await checkKernels(cached);
      writeFileSync(marker, JSON.stringify({ build }));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      rmSync(addon, { force: true });
      writeFileSync(marker, JSON.stringify({ build, refusal: error.message }));
      process.stderr.write(
        `\nTraining goes on without them, a quarter slower. ${error.message}\n` +
          `Remove ${marker} and run \`npm run setup\` to try again.\n`,
      );
    }
  },
};

/** Why the kernels are not used, or null. */
export const kernelsRefusal = () => lastBuild().refusal ?? null;

/** Beside its place first: another clone may want it at this moment. */
async function compile(file, update) {
  const compiler = await findCompiler();
  if (compiler === null) throw new SetupError(missingCompiler);
  update(0.1, 'compiling');
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.part`;
  await run(
    compiler,
    [
      '-O3',
      `-march=${processor}`,
      '-fno-math-errno',
      '-fno-trapping-math',
      '-std=c++17',
      '-fPIC',
      '-shared',
      '-pthread',
      '-DNAPI_VERSION=8',
      // Vectors are passed to nothing outside of this build.
      '-Wno-psabi',
      `-I${path.join(root, 'node_modules/node-api-headers/include')}`,
      ...sources().filter((source) => source.endsWith('.cc')),
      '-o',
      unfinished,
      `-L${libraryFolder()}`,
      '-l:libtensorflow.so',
      '-l:libtensorflow_framework.so.2',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    { remedy: 'The compiler must know C++17 and this processor.' },
  );
  renameSync(unfinished, file);
}

/** A child process, because a broken addon takes its process down. */
async function checkKernels(cached) {
  const script = path.join(root, 'scripts/setup/check-engine.cjs');
  await run(process.execPath, [script, '--kernels'], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    remedy: `Remove ${cached}.`,
  });
}

/** Changes with the sources, the library, and what the processor knows. */
function buildName() {
  const hash = createHash('sha256').update(TENSORFLOW_VERSION).update(processor);
  for (const source of sources()) hash.update(readFileSync(source));
  const facts = readFileSync('/proc/cpuinfo', 'utf8').split('\n');
  hash.update(facts.find((fact) => fact.startsWith('flags')) ?? '');
  return hash.digest('hex').slice(0, 16);
}

const sources = () =>
  readdirSync(sourceFolder)
    .sort()
    .map((name) => path.join(sourceFolder, name));

/** @returns {{ build?: string, refusal?: string }} */
function lastBuild() {
  return existsSync(marker) ? JSON.parse(readFileSync(marker, 'utf8')) : {};
}
