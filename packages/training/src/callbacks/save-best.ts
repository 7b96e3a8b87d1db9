import type { Callback, FitStart } from '../learner/callback.js';
import type { EpochResult } from '../learner/epoch-result.js';
import type { ModelSnapshot } from '../model/vision-model.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface SaveBestOptions extends MonitorOptions {
  /**
   * Keep the best weights in memory and put them back at the end of the fit, however it ends. The
   * optimizer goes on from where it was, as in fastai. @default true
   */
  readonly restoreAtEnd?: boolean;
  /** Hears of every new best epoch while the weights are still its own, to write them down. */
  readonly onBest?: (result: EpochResult, weights: FitStart['weights']) => void;
}

/**
 * Keeps the weights of the best epoch. Its state says which epoch that was and how good, not the
 * weights: after `restore`, weights are put back at the end only if an epoch since then was better.
 */
export function saveBest({
  restoreAtEnd = true,
  onBest,
  ...options
}: SaveBestOptions = {}): Callback {
  const monitor = new Monitor(options);
  let weights: FitStart['weights'] | undefined;
  let best: ModelSnapshot | undefined;

  return {
    name: 'save-best',

    beforeFit(fit) {
      monitor.beforeFit(fit);
      weights = fit.weights;
    },

    afterEpoch(result) {
      if (weights === undefined || !monitor.improvedBy(result)) return undefined;
      onBest?.(result, weights);
      if (restoreAtEnd) {
        best?.dispose();
        best = weights.snapshot();
      }
      return undefined;
    },

    afterFit() {
      if (best === undefined) return;
      weights?.restore(best);
      best.dispose();
      best = undefined;
    },

    state: () => monitor.state(),
    restore(state) {
      monitor.restore(state);
    },
  };
}
