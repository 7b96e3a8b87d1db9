import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fitOneCycle, freeze, kernelTimes, readManifest } from '@whetstone/training';
import { preparePhotos } from './comparison/photos.js';
import { measuredHere } from './comparison/report/machine.js';
import { photoLearner } from './comparison/rows/photo-learner.js';
import {
  BATCH_SIZE,
  heldBatches,
  type ShortName,
  SHORT_NAMES,
  syntheticLearner,
  timedStep,
  trainOn,
} from './comparison/rows/synthetic.js';
import { writeMeasured } from './measured-page.js';
import { type Profile, profileTable } from './profile/profile-table.js';

const BATCHES = 4;
/** The second step is the first that finds the optimizer's state made. */
const WARM_UP = 2;

/**
 * Where the time goes, by kind of TensorFlow operation: `npm run bench -- profile [--photos FOLDER]`.
 * Written into docs/profile.md.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { photos: { type: 'string' } } });
  const where = await measuredHere();
  const profiles = [
    await ofSteps('lite0'),
    await ofSteps('resnet18'),
    await ofEvaluation('lite0'),
    await ofLooks(values.photos ?? null),
  ];
  const tables = profiles.map(profileTable).join('\n\n');
  console.log(tables);
  await writeMeasured('profile.md', 'profile', `${where}\n\n${tables}`);
}

async function ofSteps(name: ShortName): Promise<Profile> {
  const synthetic = await syntheticLearner(name);
  let step = 0;
  while (step < WARM_UP) await timedStep(synthetic, step++);
  const held = await heldBatches(synthetic, BATCHES);
  const what = `An unfrozen train step of ${SHORT_NAMES[name]}, 32 images of 224 px`;
  return profileOf(what, BATCHES * BATCH_SIZE, async () => {
    for await (const batch of held.batches(0)) await trainOn(synthetic, batch, step++);
  });
}

async function ofEvaluation(name: ShortName): Promise<Profile> {
  const synthetic = await syntheticLearner(name);
  await synthetic.learner.predict(await heldBatches(synthetic, BATCHES));
  const held = await heldBatches(synthetic, BATCHES);
  const what = `Predictions of ${SHORT_NAMES[name]}, 32 images of 224 px at once`;
  return profileOf(what, BATCHES * BATCH_SIZE, async () => {
    await synthetic.learner.predict(held);
  });
}

async function ofLooks(folder: string | null): Promise<Profile> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'whetstone-profile-'));
  process.once('exit', () => {
    rmSync(scratch, { recursive: true, force: true });
  });
  const photos = await preparePhotos(folder, { folder: scratch, isFull: false });
  const inputs = { threads: availableParallelism(), scratch, photos, weightsFile: '' };
  const { learner } = await photoLearner(inputs, { featuresDir: path.join(scratch, 'features') });
  freeze(learner);
  const epoch = () => fitOneCycle(learner, 1, { learningRate: 1e-3 });
  // Each epoch looks anew at train images; those of the valid split are kept from the first on.
  await epoch();
  const { items } = await readManifest(photos.manifestFile);
  const images = items.filter(({ split }) => split === 'train').length;
  const what = `A frozen epoch on a cached body, tf_efficientnet_lite0, a new look at each of ${images} images, 224 px`;
  return profileOf(what, images, async () => {
    await epoch();
  });
}

async function profileOf(
  what: string,
  images: number,
  work: () => Promise<void>,
): Promise<Profile> {
  const started = performance.now();
  const kernels = await kernelTimes(work);
  return { what, images, milliseconds: performance.now() - started, kernels };
}
