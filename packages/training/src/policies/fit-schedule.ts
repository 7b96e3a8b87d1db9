import type { HyperParameters, HyperParameterSchedule } from '../learner/hyper-parameters.js';
import { constantRate } from '../schedule/constant.js';
import { flatCosine } from '../schedule/flat-cosine.js';
import { groupRates } from '../schedule/group-rates.js';
import { oneCycle } from '../schedule/one-cycle.js';
import type { Schedule } from '../schedule/schedule.js';
import type { FitPhase } from './phase.js';
import type { ConcreteRates } from './resolve-rates.js';

/** The schedule of a fit: each layer group anneals around a peak of its own. */
export function fitSchedule(
  phase: FitPhase,
  rates: ConcreteRates,
  groupCount: number,
): HyperParameterSchedule {
  const schedules = groupRates(rates, groupCount).map((peak) => scheduleFor(phase, peak));
  return (progress): HyperParameters => {
    const now = schedules.map((schedule) => schedule(progress));
    return {
      learningRates: now.map(({ learningRate }) => learningRate),
      momentum: now.at(-1)!.momentum,
      weightDecay: phase.weightDecay,
    };
  };
}

function scheduleFor(phase: FitPhase, peak: number): Schedule {
  const { warmupShare, startDivisor, endDivisor } = phase;
  switch (phase.schedule) {
    case 'one-cycle':
      return oneCycle({ peak, warmupShare, startDivisor, endDivisor });
    case 'flat-cosine':
      return flatCosine({ peak, endDivisor });
    case 'constant':
      return constantRate(peak);
  }
}
