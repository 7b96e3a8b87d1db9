import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ask } from '../../test/support/graphql.js';
import { importFolder, runReaches, startRun } from '../../test/support/runs.js';
import { measuredHere } from './comparison/report/machine.js';
import { ApiProcess, buildApi } from './api-process.js';
import { drawImages } from './growth/draw-images.js';
import { type Growth, growthTable } from './growth/growth-table.js';
import { writeMeasured } from './measured-page.js';

const COUNTS = [1_000, 10_000, 100_000];
/** The smallest that the program takes: what grows with the number of images is to be seen, not the network. */
const IMAGE_SIZE = 32;
const ARCHITECTURE = 'tf_efficientnet_lite0';

/**
 * What images cost as they become many: `npm run bench -- growth [COUNT...]`. For each number, a
 * program of its own imports as many drawn images and trains a head on a cached body for one epoch,
 * twice: the second run finds what the first has kept. Prints a table; without numbers of one's own, it is written into docs/limits.md as well. 100,000 images need 7 GB
 * of temporary disk.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const counts = args.length > 0 ? args.map(readCount) : COUNTS;
  if (!existsSync('/proc/self/status'))
    throw new Error('Expected Linux, whose /proc tells the peak memory of processes, found none');
  // In the ordinary way, so that what was drawn is removed.
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => process.exit(code));
  buildApi();
  const where = await measuredHere();
  const all: Growth[] = [];
  for (const count of counts) all.push(await measureCount(count));
  console.log(`\n${growthTable(all)}`);
  if (args.length > 0) return;
  await writeMeasured('limits.md', 'growth', `${where}\n\n${growthTable(all)}`);
}

function readCount(text: string): number {
  const count = Number(text);
  // Every class needs images on both sides of the split.
  if (Number.isInteger(count) && count >= 200) return count;
  throw new Error(`Expected numbers of images, 200 or more, received ${text}`);
}

async function measureCount(images: number): Promise<Growth> {
  const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-growth-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    const [root, dataDir] = [path.join(folder, 'originals'), path.join(folder, 'data')];
    await mkdir(root);
    await drawImages({ root, count: images });
    const api = await ApiProcess.start(dataDir, root);
    try {
      return { images, ...(await useProgram(api, root)), disk: await diskOf(dataDir) };
    } finally {
      await api.stop();
    }
  } finally {
    process.off('exit', remove);
    await rm(folder, { recursive: true, force: true });
  }
}

async function useProgram(
  api: ApiProcess,
  root: string,
): Promise<Pick<Growth, 'seconds' | 'memory'>> {
  const started = performance.now();
  const datasetId = await importFolder(api.address, root, { validShare: 0.2 });
  const importSeconds = (performance.now() - started) / 1000;
  const { server: serverAfterImport } = await api.peakMemory();
  console.log(`imported in ${importSeconds.toFixed(1)} s`);
  const firstEpoch = await epochSeconds(api, datasetId);
  const keptEpoch = await epochSeconds(api, datasetId);
  console.log(`epochs of ${firstEpoch.toFixed(1)} and ${keptEpoch.toFixed(1)} s`);
  const { server, trainer } = await api.peakMemory();
  return {
    seconds: { import: importSeconds, firstEpoch, keptEpoch },
    memory: { serverAfterImport, server, trainer },
  };
}

/** How long the one epoch of a new run takes. */
async function epochSeconds(api: ApiProcess, datasetId: string): Promise<number> {
  const id = await startRun(api.address, {
    datasetId,
    architecture: ARCHITECTURE,
    imageSize: IMAGE_SIZE,
    phases: [{ fit: { epochs: 1, learningRate: 1e-3 } }],
  });
  await runReaches(api.address, id, ['SUCCEEDED']);
  const { run } = await ask<{ run: { epochs: readonly { seconds: number }[] } }>(
    api.address,
    `query ($id: ID!) { run(id: $id) { epochs { seconds } } }`,
    { id },
  );
  return run.epochs[0]!.seconds;
}

async function diskOf(dataDir: string): Promise<Growth['disk']> {
  const copies = await bytesBelow(path.join(dataDir, 'images'));
  const features = await bytesBelow(path.join(dataDir, 'features'));
  return { copies, features, rest: (await bytesBelow(dataDir)) - copies - features };
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  return bytes;
}
