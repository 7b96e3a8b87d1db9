import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { cacheDir } from './cache.mjs';
import { SetupError } from './run-command.mjs';

/** First driver on which CUDA 12 runs, and so TensorFlow's own build. */
const FIRST_DRIVER = 525;
const DEVICES = ['auto', 'cpu', 'gpu'];
const PATIENCE_MS = 10_000;

/** @typedef {{ name: string, driver: string, memoryMb: number }} Gpu */
/**
 * On which device the engine is to compute, and in words why no card does.
 * @typedef {{ device: 'cpu' | 'gpu', isWanted: boolean, gpu: Gpu | null, why: string | null }} Choice
 */

/** What `WHETSTONE_DEVICE` asks for. @returns {'auto' | 'cpu' | 'gpu'} */
export function wantedDevice(env = process.env) {
  const wanted = env.WHETSTONE_DEVICE?.trim() || 'auto';
  if (DEVICES.includes(wanted)) return wanted;
  throw new SetupError(
    `Expected WHETSTONE_DEVICE to be one of ${DEVICES.join(', ')}, received "${wanted}"`,
  );
}

/** The first NVIDIA card, as `nvidia-smi` lists it, or null. @returns {Gpu | null} */
export function findGpu() {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits'];
  const { status, stdout } = spawnSync('nvidia-smi', query, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (status !== 0) return null;
  const [name, driver, memory] = stdout.trim().split('\n')[0].split(', ');
  return driver === undefined ? null : { name, driver, memoryMb: Number(memory) };
}

/**
 * A card is used where there is one that fits; `cpu` leaves it alone, and `gpu` insists on it.
 *
 * @param {{ wanted: 'auto' | 'cpu' | 'gpu', gpu: Gpu | null, hasRecipe: boolean, refusal: string | null }} facts
 * @returns {Choice}
 * @throws SetupError where a card is insisted on and none can be used
 */
export function chooseDevice({ wanted, gpu, hasRecipe, refusal }) {
  const isWanted = wanted === 'gpu';
  if (wanted === 'cpu')
    return { device: 'cpu', isWanted, gpu, why: gpu && 'WHETSTONE_DEVICE=cpu leaves it alone' };
  const obstacle = obstacleOf({ gpu, hasRecipe, refusal: isWanted ? null : refusal });
  if (obstacle === null) return { device: 'gpu', isWanted, gpu, why: null };
  if (!isWanted) return { device: 'cpu', isWanted, gpu, why: gpu && obstacle };
  throw new SetupError(
    `Expected an NVIDIA card that TensorFlow can use, because WHETSTONE_DEVICE=gpu: ${obstacle}. ` +
      'Mend that, or leave WHETSTONE_DEVICE out to train on the CPU',
  );
}

function obstacleOf({ gpu, hasRecipe, refusal }) {
  if (gpu === null) return '`nvidia-smi` lists none';
  if (!hasRecipe) return 'cards are used on x86-64 Linux only';
  if (Number.parseInt(gpu.driver, 10) < FIRST_DRIVER)
    return `its driver is ${gpu.driver}, and CUDA 12 needs ${FIRST_DRIVER} or later`;
  return refusal;
}

const refusalFile = () => path.join(cacheDir(), 'gpu-refused.json');

/** Keeps in mind that TensorFlow could not use the card with this driver, so that it is not tried at every start. */
export function rememberRefusal({ driver }, reason) {
  mkdirSync(cacheDir(), { recursive: true });
  writeFileSync(refusalFile(), JSON.stringify({ driver, reason }));
}

/** Why TensorFlow could not use the card; null where it was not tried, or with another driver. */
export function refusalFor(gpu) {
  if (gpu === null || !existsSync(refusalFile())) return null;
  const { driver, reason } = JSON.parse(readFileSync(refusalFile(), 'utf8'));
  return driver === gpu.driver ? reason : null;
}
