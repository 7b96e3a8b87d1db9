import { type Manifest, readManifest } from '../data/manifest.js';
import type { Split } from '../data/splits/split.js';
import { randomSplitter } from '../data/splits/splitters.js';
import { architecture } from '../model/architecture.js';
import { imageLoaders } from '../vision/image-loaders.js';
import { visionLearner } from '../vision-learner.js';
import type { RunJob, RunReporter } from './run-job.js';
import { type RunOutcome, runPhases } from './run-phases.js';

/**
 * Does a run from its first step: reads the dataset version, puts a head on the pretrained body and
 * runs the phases. Needs the native engine (`useNativeEngine`). Ends after the batch at hand when
 * `signal` is aborted.
 *
 * @throws TrainingError with the code of what went wrong.
 */
export async function trainRun(
  job: RunJob,
  reporter: RunReporter,
  { signal }: { readonly signal?: AbortSignal } = {},
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
    return await runPhases(learner, job.phases, { reporter, ...(signal && { signal }) });
  } finally {
    learner.dispose();
  }
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
