import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from './cache.mjs';
import { chooseDevice, findGpu, refusalFor, rememberRefusal, wantedDevice } from './device.mjs';
import { findCompiler, findPython, missingCompiler, missingPython } from './prerequisites.mjs';
import { run, SetupError } from './run-command.mjs';
import {
  ADDON,
  buildFolder,
  buildTitle,
  isBuildCached,
  makeBuild,
  TENSORFLOW_VERSION,
} from './tensorflow.mjs';

const packageFolder = path.join(root, 'node_modules/@tensorflow/tfjs-node');
/** Where the engine looks for addons. */
export const addonFolder = path.join(packageFolder, 'lib/napi-v8');
/** Says with which library the engine last gave the right answer. */
const checkedMarker = path.join(addonFolder, 'checked');

/** The recipe is for x86-64 Linux; elsewhere the package's own installer serves. */
export const hasRecipe = process.platform === 'linux' && process.arch === 'x64';

/** Whether the library that serves is the one that the package's own installer brought. */
export const isPackagesOwn = () => checkedWith() === 'package';

/** Where the library lies. */
export const libraryFolder = () => path.join(packageFolder, 'deps/lib');

/** On which device the engine computes here. `nvidia-smi` takes its time, so it is asked once. */
export function deviceChoice() {
  if (choice === undefined) {
    const gpu = findGpu();
    choice = chooseDevice({ wanted: wantedDevice(), gpu, hasRecipe, refusal: refusalFor(gpu) });
  }
  return choice;
}

/** @type {import('./device.mjs').Choice | undefined} */
let choice;

/** @type {import('./steps.mjs').Step} */
export const nativeEngine = {
  name: 'native-engine',
  get title() {
    return buildTitle(deviceChoice().device);
  },
  async isDone() {
    if (isPackagesOwn()) return existsSync(path.join(addonFolder, ADDON));
    const folder = buildFolder(deviceChoice().device);
    return (
      isBuildCached(folder) &&
      linkTarget(libraryFolder()) === path.join(folder, 'lib') &&
      sizeOf(path.join(addonFolder, ADDON)) === sizeOf(path.join(folder, ADDON)) &&
      checkedWith() !== null
    );
  },
  async run(progress) {
    rmSync(checkedMarker, { force: true });
    const missing = hasRecipe ? await whatIsMissing() : 'a recipe for this platform';
    if (missing !== null) await packagesOwnInstaller(missing, progress);
    else if (deviceChoice().device === 'cpu') await install('cpu', progress);
    else await installForCard(progress);
    writeFileSync(checkedMarker, missing === null ? TENSORFLOW_VERSION : 'package');
  },
};

/** What the recipe needs and this machine lacks, in words; null if nothing. */
async function whatIsMissing() {
  if (isBuildCached(buildFolder(deviceChoice().device))) return null;
  if ((await findPython()) === null) return missingPython;
  if ((await findCompiler()) === null) return missingCompiler;
  return null;
}

/** With a card that TensorFlow cannot use after all, the CPU serves, unless the card was insisted on. */
async function installForCard(progress) {
  const { gpu, isWanted } = deviceChoice();
  try {
    await install('gpu', progress);
  } catch (error) {
    if (isWanted || !(error instanceof SetupError)) throw error;
    rememberRefusal(
      gpu,
      'TensorFlow could not use it (`WHETSTONE_DEVICE=gpu npm run setup` says more)',
    );
    choice = undefined;
    process.stderr.write(`\n${gpu.name} is left alone, the CPU serves. ${error.message}\n`);
    await install('cpu', progress);
  }
}

/** @param {'cpu' | 'gpu'} device */
async function install(device, progress) {
  const folder = buildFolder(device);
  if (!isBuildCached(folder)) await makeBuild(device, { packageFolder, update: progress.update });
  linkBuild(folder);
  progress.update(0.98, 'one matrix product');
  await checkEngine(device);
}

function linkBuild(folder) {
  mkdirSync(path.join(packageFolder, 'deps'), { recursive: true });
  mkdirSync(addonFolder, { recursive: true });
  const link = libraryFolder();
  rmSync(link, { recursive: true, force: true });
  symlinkSync(path.join(folder, 'lib'), link);
  copyFileSync(path.join(folder, ADDON), path.join(addonFolder, ADDON));
}

async function packagesOwnInstaller(missing, progress) {
  progress.update(0, `without ${missing}: the package's own installer`);
  const fix = hasRecipe ? `${missing}. ` : '';
  await run('npm', ['rebuild', '@tensorflow/tfjs-node', '--ignore-scripts=false'], {
    cwd: root,
    remedy: `${fix}The package's own installer downloads TensorFlow from its own server, which must be reachable. Then run \`npm run setup\` again.`,
  });
  progress.update(0.98, 'one matrix product');
  await checkEngine('cpu');
}

/** A child process, because a broken library takes its process down. */
async function checkEngine(device) {
  const script = path.join(root, 'scripts/setup/check-engine.cjs');
  await run(process.execPath, [script, ...(device === 'gpu' ? ['--gpu'] : [])], {
    // Warnings say which library a card lacks.
    env: { TF_CPP_MIN_LOG_LEVEL: device === 'gpu' ? '1' : '2' },
    remedy:
      device === 'gpu'
        ? 'Look at the driver with `nvidia-smi`; `WHETSTONE_DEVICE=cpu` leaves the card alone.'
        : `Remove ${buildFolder(device)} and run \`npm run setup\` again.`,
  });
}

/** The library's version, `package` for the one that the package's own installer brought, or null. */
function checkedWith() {
  return existsSync(checkedMarker) ? readFileSync(checkedMarker, 'utf8') : null;
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

function linkTarget(link) {
  try {
    return readlinkSync(link);
  } catch {
    // No link there, or a folder: not ours.
    return null;
  }
}
