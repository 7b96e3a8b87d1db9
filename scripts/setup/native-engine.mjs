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
import { cacheDir, replaceFolder, root } from './cache.mjs';
import { readableSize } from './progress.mjs';
import { findCompiler, findPython, missingCompiler, missingPython } from './prerequisites.mjs';
import { run } from './run-command.mjs';
import { downloadWheel, unpackWheel } from './wheel.mjs';

const TENSORFLOW_VERSION = '2.21.0';
const WHEEL_BYTES = 274_000_000;
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** The name that the addon links; the wheel has the library under another. */
const ALIAS = 'libtensorflow.so';
const ADDON = 'tfjs_binding.node';

const packageFolder = path.join(root, 'node_modules/@tensorflow/tfjs-node');
const addonFolder = path.join(packageFolder, 'lib/napi-v8');
/** Says with which library the engine last gave the right answer. */
const checkedMarker = path.join(addonFolder, 'checked');

const engineFolder = () => path.join(cacheDir(), `tensorflow-${TENSORFLOW_VERSION}`);

/** The recipe is for x86-64 Linux; elsewhere the package's own installer serves. */
const hasRecipe = process.platform === 'linux' && process.arch === 'x64';

/** The cached library is whole: every file has the size it had when it was put there. */
export function isEngineCached(folder = engineFolder()) {
  const marker = path.join(folder, 'complete.json');
  if (!existsSync(marker)) return false;
  const sizes = JSON.parse(readFileSync(marker, 'utf8'));
  return Object.entries(sizes).every(([file, size]) => sizeOf(path.join(folder, file)) === size);
}

/** @type {import('./steps.mjs').Step} */
export const nativeEngine = {
  name: 'native-engine',
  title: `TensorFlow ${TENSORFLOW_VERSION} (${readableSize(WHEEL_BYTES)}, 850 MB on disk)`,
  async isDone() {
    if (checkedWith() === 'package') return existsSync(path.join(addonFolder, ADDON));
    const addon = path.join(engineFolder(), ADDON);
    return (
      isEngineCached() &&
      linkTarget(path.join(packageFolder, 'deps/lib')) === path.join(engineFolder(), 'lib') &&
      sizeOf(path.join(addonFolder, ADDON)) === sizeOf(addon) &&
      checkedWith() !== null
    );
  },
  async run(progress) {
    rmSync(checkedMarker, { force: true });
    const missing = hasRecipe ? await whatIsMissing() : 'a recipe for this platform';
    if (missing === null) {
      if (!isEngineCached()) await buildEngine(progress);
      linkEngine();
    } else {
      progress.update(0, `without ${missing}: the package's own installer`);
      await packagesOwnInstaller(missing);
    }
    progress.update(0.98, 'one matrix product');
    await checkEngine();
    writeFileSync(checkedMarker, missing === null ? TENSORFLOW_VERSION : 'package');
  },
};

/** What the recipe needs and this machine lacks, in words; null if nothing. */
async function whatIsMissing() {
  if (isEngineCached()) return null;
  if ((await findPython()) === null) return missingPython;
  if ((await findCompiler()) === null) return missingCompiler;
  return null;
}

async function buildEngine({ update }) {
  await replaceFolder(engineFolder(), async (folder) => {
    const wheel = await downloadWheel(`tensorflow-cpu==${TENSORFLOW_VERSION}`, {
      folder,
      bytes: WHEEL_BYTES,
      // Any Python may fetch the library; it never runs there.
      flags: ['--platform', 'manylinux_2_27_x86_64', '--python-version', '3.12'],
      tell: (fraction, note) => update(fraction * 0.6, note),
    });
    await unpackWheel(wheel, folder, {
      prefixes: ['include/', ...LIBRARIES].map((name) => `tensorflow/${name}`),
      tell: (fraction) => update(0.6 + fraction * 0.25, 'unpacking'),
    });
    rmSync(wheel);
    mkdirSync(path.join(folder, 'lib'));
    for (const library of LIBRARIES) {
      await run('mv', [path.join(folder, 'tensorflow', library), path.join(folder, 'lib')]);
    }
    symlinkSync(LIBRARIES[0], path.join(folder, 'lib', ALIAS));
    update(0.87, 'compiling the bridge');
    await compileAddon(folder);
    rmSync(path.join(folder, 'tensorflow'), { recursive: true });
    markComplete(folder);
  });
}

/** N-API is stable over Node versions, so one build serves all of them. */
async function compileAddon(folder) {
  const binding = path.join(packageFolder, 'binding');
  await run(
    await findCompiler(),
    [
      '-O2',
      '-std=c++17',
      '-fPIC',
      '-shared',
      '-w',
      '-DNAPI_VERSION=8',
      `-I${path.join(root, 'node_modules/node-api-headers/include')}`,
      `-I${path.join(folder, 'tensorflow/include')}`,
      path.join(binding, 'tfjs_backend.cc'),
      path.join(binding, 'tfjs_binding.cc'),
      '-o',
      path.join(folder, ADDON),
      `-L${path.join(folder, 'lib')}`,
      `-l:${ALIAS}`,
      `-l:${LIBRARIES[1]}`,
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    {
      remedy: 'The compiler must know C++17. Install a newer one, then run `npm run setup` again.',
    },
  );
}

function markComplete(folder) {
  const files = [...LIBRARIES.map((name) => `lib/${name}`), ADDON];
  const sizes = Object.fromEntries(files.map((file) => [file, sizeOf(path.join(folder, file))]));
  writeFileSync(path.join(folder, 'complete.json'), JSON.stringify(sizes));
}

function linkEngine() {
  mkdirSync(path.join(packageFolder, 'deps'), { recursive: true });
  mkdirSync(addonFolder, { recursive: true });
  const link = path.join(packageFolder, 'deps/lib');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(path.join(engineFolder(), 'lib'), link);
  copyFileSync(path.join(engineFolder(), ADDON), path.join(addonFolder, ADDON));
}

async function packagesOwnInstaller(missing) {
  const fix = hasRecipe ? `${missing}. ` : '';
  await run('npm', ['rebuild', '@tensorflow/tfjs-node', '--ignore-scripts=false'], {
    cwd: root,
    remedy: `${fix}The package's own installer downloads TensorFlow from its own server, which must be reachable. Then run \`npm run setup\` again.`,
  });
}

/** A child process, because a broken library takes its process down. */
async function checkEngine() {
  await run(process.execPath, [path.join(root, 'scripts/setup/check-engine.cjs')], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    remedy: `Remove ${engineFolder()} and run \`npm run setup\` again.`,
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
