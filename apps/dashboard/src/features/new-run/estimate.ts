import { segmentsOf } from '../../charts/segments.js';
import type { EarlierRunsQuery } from '../../graphql/generated/graphql.js';

export type EarlierRun = EarlierRunsQuery['runs']['edges'][number]['node'];

/** A run to be started, as far as it decides how long it takes. */
export interface Plan {
  readonly architecture: string;
  readonly imageSize: number;
  readonly items: number;
  /** Epochs of the head alone. */
  readonly frozenEpochs: number;
  /** Epochs of everything. */
  readonly wholeEpochs: number;
}

type Part = 'frozen' | 'whole';

/**
 * Seconds that a run will take, from what epochs of earlier runs with the same architecture took
 * for each pixel they saw; null where none tells.
 */
export function estimateSeconds(earlier: readonly EarlierRun[], plan: Plan): number | null {
  const pixels = plan.items * plan.imageSize ** 2;
  const seconds = (part: Part, epochs: number) => {
    if (epochs === 0) return 0;
    const cost = costOf(part, earlier, plan.architecture);
    return cost === null ? null : cost * pixels * epochs;
  };
  const frozen = seconds('frozen', plan.frozenEpochs);
  const whole = seconds('whole', plan.wholeEpochs);
  return frozen === null || whole === null ? null : frozen + whole;
}

/** Seconds a pixel, by the newest run that has an epoch of this kind. */
function costOf(part: Part, earlier: readonly EarlierRun[], architecture: string): number | null {
  for (const run of earlier) {
    const pixels = run.dataset.itemCount * run.config.imageSize ** 2;
    const epochs = epochsOf(part, run);
    if (run.architecture !== architecture || epochs.length === 0 || pixels === 0) continue;
    return epochs.reduce((sum, seconds) => sum + seconds, 0) / epochs.length / pixels;
  }
  return null;
}

function epochsOf(part: Part, { phases, epochs }: EarlierRun): number[] {
  const segments = segmentsOf(phases).filter(({ isMark }) => !isMark);
  const fits = phases.filter(({ kind, firstStep }) => kind === 'FIT' && firstStep !== null);
  const wanted = new Set(
    fits
      .filter((_fit, place) => segments[place]?.isFrozen === (part === 'frozen'))
      .map(({ index }) => index),
  );
  return epochs.filter(({ phase }) => wanted.has(phase)).map(({ seconds }) => seconds);
}
