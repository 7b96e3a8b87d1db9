import { readFile } from 'node:fs/promises';
import { type Manifest, readManifest } from '../data/manifest.js';
import type { Split } from '../data/splits/split.js';
import { randomSplitter } from '../data/splits/splitters.js';
import { CheckpointUnreadableError, readCheckpoint } from '../learner/checkpoint.js';
import type { FitOptions } from '../learner/fit-options.js';
import type { Learner } from '../learner/learner.js';
import { architecture } from '../model/architecture.js';
import { imageLoaders } from '../vision/image-loaders.js';
import { visionLearner } from '../vision-learner.js';
import type { RunJob, RunReporter } from './run-job.js';
import { type RunOutcome, runPhases } from './run-phases.js';
import type { RunProgress } from './run-progress.js';
import { startWith } from './start-with.js';

export interface TrainRunOptions {
  /** Ends the run after the batch at hand. */
  readonly signal?: AbortSignal;
  /**
   * A checkpoint that the same job wrote: the run goes on from there, and what it reports is, times
   * aside, what the first one reported or would have reported, bit for bit on the same kind of machine.
   */
  readonly from?: Uint8Array;
  /** Asked before each batch, with the number of its step and of the fit's epochs so far: what is to change from there on. */
  readonly adjust?: FitOptions['adjust'];
}

/**
 * Does a run, from its first step or from a checkpoint on: reads the dataset version, puts a head on
 * the pretrained body, or takes up another run's checkpoint (`job.startFrom`), and runs the phases.
 * Needs the native engine (`useNativeEngine`).
 *
 * @throws TrainingError with the code of what went wrong.
 */
export async function trainRun(
  job: RunJob,
  reporter: RunReporter,
  { signal, from, adjust }: TrainRunOptions = {},
): Promise<RunOutcome> {
  const chosen = architecture(job.architecture);
  const manifest = await readManifest(job.manifestFile);
  const loaders = imageLoaders({
    manifest,
    imagesDir: job.imagesDir,
    imageSize: job.imageSize,
    statistics: chosen,
    batchSize: job.batchSize,
    seed: job.seed,
    featuresDir: job.featuresDir,
    ...(job.featuresLimitBytes !== undefined && { featuresLimitBytes: job.featuresLimitBytes }),
    ...(job.split && { splits: splitFor(manifest, job.split) }),
  });
  const learner = await visionLearner(loaders, {
    architecture: chosen,
    // The checkpoint has them all.
    weights: job.startFrom === undefined ? 'pretrained' : null,
    weightsFrom: { cacheDir: job.cacheDir, ...(signal && { signal }) },
    seed: job.seed,
    frozenBody: job.frozenBody,
  }).catch((error: unknown) => {
    // Whoever stops a run while its weights are being fetched meant it to stop, not to fail.
    if (signal?.aborted) return null;
    throw error;
  });
  if (learner === null) return { status: 'stopped' };
  try {
    const progress = from && resume(learner, from);
    if (progress === undefined && job.startFrom !== undefined) await begin(learner, job.startFrom);
    return await runPhases(learner, job.phases, {
      reporter,
      ...(signal && { signal }),
      ...(adjust && { adjust }),
      ...(progress && { from: progress }),
      ...(job.checkpointSeconds !== undefined && { checkpointSeconds: job.checkpointSeconds }),
    });
  } finally {
    learner.dispose();
  }
}

/** Puts the learner back to where it was, and says where that is. */
function resume(learner: Learner, checkpoint: Uint8Array): RunProgress {
  const { state, beside } = readCheckpoint(checkpoint);
  learner.load(state);
  // A checkpoint of this version, which `runPhases` wrote.
  return beside as RunProgress;
}

/** Takes up what another run had learned. */
async function begin(learner: Learner, startFrom: string): Promise<void> {
  const file = await readFile(startFrom).catch((cause: unknown) => {
    throw new CheckpointUnreadableError(`no readable file at ${startFrom}`, { cause });
  });
  startWith(learner, file);
}

/** A split for one run only, drawn as an import draws it. */
function splitFor(
  { items }: Manifest,
  { validShare, seed }: NonNullable<RunJob['split']>,
): Split[] {
  return randomSplitter({ valid: validShare, seed })(
    items.map(({ hash, label }) => ({ key: hash, label })),
  );
}
