import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cacheDir, replaceFolder, root } from './cache.mjs';
import { findCompiler } from './prerequisites.mjs';
import { run } from './run-command.mjs';
import { downloadWheels, unpackWheel } from './wheel.mjs';

export const TENSORFLOW_VERSION = '2.21.0';
export const ADDON = 'tfjs_binding.node';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** The name that the addon links; the wheel has the library under another. */
const ALIAS = 'libtensorflow.so';
/** Any Python may fetch the wheels; they never run there. */
const PIP_FLAGS = [
  '--python-version=3.12',
  ...['2_27', '2_17', '2_12'].map((glibc) => `--platform=manylinux_${glibc}_x86_64`),
];

/** What the extra `and-cuda` of TensorFlow's wheel asks for. */
const CUDA_LIBRARIES = [
  'nvidia-cublas-cu12==12.9.3.13',
  'nvidia-cuda-cupti-cu12==12.8.90',
  'nvidia-cuda-nvcc-cu12==12.9.86',
  'nvidia-cuda-nvrtc-cu12==12.9.86',
  'nvidia-cuda-runtime-cu12==12.9.79',
  'nvidia-cudnn-cu12==9.28.0.42',
  'nvidia-cufft-cu12==11.4.1.4',
  'nvidia-curand-cu12==10.3.10.19',
  'nvidia-cusolver-cu12==11.7.5.82',
  'nvidia-cusparse-cu12==12.5.10.65',
  'nvidia-nccl-cu12==2.32.3',
  'nvidia-nvjitlink-cu12==12.9.86',
];

/** TensorFlow's library for either device. That for cards looks for CUDA in `../nvidia` beside itself. */
const BUILDS = {
  cpu: {
    folder: `tensorflow-${TENSORFLOW_VERSION}`,
    requirements: [`tensorflow-cpu==${TENSORFLOW_VERSION}`],
    bytes: 274_000_000,
    title: `TensorFlow ${TENSORFLOW_VERSION} (274 MB, 850 MB on disk)`,
  },
  gpu: {
    folder: `tensorflow-${TENSORFLOW_VERSION}-cuda`,
    requirements: [`tensorflow==${TENSORFLOW_VERSION}`, ...CUDA_LIBRARIES],
    bytes: 3_380_000_000,
    title: `TensorFlow ${TENSORFLOW_VERSION} for NVIDIA cards (3.4 GB, 6 GB on disk)`,
  },
};

/** @param {'cpu' | 'gpu'} device */
export const buildTitle = (device) => BUILDS[device].title;

/** @param {'cpu' | 'gpu'} device */
export const buildFolder = (device) => path.join(cacheDir(), BUILDS[device].folder);

/** The cached library is whole: every file has the size it had when it was put there. */
export function isBuildCached(folder) {
  const marker = path.join(folder, 'complete.json');
  if (!existsSync(marker)) return false;
  const sizes = JSON.parse(readFileSync(marker, 'utf8'));
  return Object.entries(sizes).every(([file, size]) => sizeOf(path.join(folder, file)) === size);
}

/**
 * Fetches the library for a device and builds the addon against it, in the user's cache.
 *
 * @param {'cpu' | 'gpu'} device
 * @param {{ packageFolder: string, update: (fraction: number, note?: string) => void }} options
 */
export async function makeBuild(device, { packageFolder, update }) {
  const { requirements, bytes } = BUILDS[device];
  await replaceFolder(buildFolder(device), async (folder) => {
    const wheels = await downloadWheels(requirements, {
      folder,
      bytes,
      flags: PIP_FLAGS,
      tell: (fraction, note) => update(fraction * 0.6, note),
    });
    for (const [index, wheel] of wheels.entries()) {
      const before = index / wheels.length;
      await unpackWheel(wheel, folder, {
        prefixes: [...['include/', ...LIBRARIES].map((name) => `tensorflow/${name}`), 'nvidia/'],
        tell: (fraction) => update(0.6 + 0.25 * (before + fraction / wheels.length), 'unpacking'),
      });
      rmSync(wheel);
    }
    mkdirSync(path.join(folder, 'lib'));
    for (const library of LIBRARIES)
      await run('mv', [path.join(folder, 'tensorflow', library), path.join(folder, 'lib')]);
    symlinkSync(LIBRARIES[0], path.join(folder, 'lib', ALIAS));
    update(0.87, 'compiling the bridge');
    await compileAddon(folder, path.join(packageFolder, 'binding'));
    rmSync(path.join(folder, 'tensorflow'), { recursive: true });
    markComplete(folder);
  });
}

/** N-API is stable over Node versions, so one build serves all of them. */
async function compileAddon(folder, binding) {
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

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}
