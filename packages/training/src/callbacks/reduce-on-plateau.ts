import { InvalidOptionError } from '../errors.js';
import type { Callback } from '../learner/callback.js';
import { parseCallbackState } from './callback-state.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface ReduceOnPlateauOptions extends MonitorOptions {
  /** What rates are divided by. @default 10 */
  readonly factor?: number;
  /** Epochs to wait without improvement, before each reduction. @default 1 */
  readonly patience?: number;
  /** No rate is reduced below this; one that is scheduled below it stays as it is. @default 0 */
  readonly minLearningRate?: number;
}

/**
 * Divides every learning rate once a quantity has not improved for `patience` epochs, and again
 * after as many more. Works on top of whatever schedule the fit has; meant for constant rates.
 */
export function reduceOnPlateau({
  factor = 10,
  patience = 1,
  minLearningRate = 0,
  ...options
}: ReduceOnPlateauOptions = {}): Callback {
  if (!(factor > 1)) throw new InvalidOptionError('factor', factor, 'a number above 1');
  if (!Number.isInteger(patience) || patience < 1)
    throw new InvalidOptionError('patience', patience, 'an integer of 1 or more');
  if (!(minLearningRate >= 0))
    throw new InvalidOptionError('minLearningRate', minLearningRate, 'a number of 0 or more');
  const monitor = new Monitor(options);
  let divisor = 1;

  return {
    name: 'reduce-on-plateau',

    beforeFit(fit) {
      if (monitor.beforeFit(fit)) divisor = 1;
    },

    beforeBatch(step) {
      if (divisor === 1) return step;
      const learningRates = step.hyperParameters.learningRates.map((rate) =>
        Math.max(rate / divisor, Math.min(rate, minLearningRate)),
      );
      return { ...step, hyperParameters: { ...step.hyperParameters, learningRates } };
    },

    afterEpoch(result) {
      if (monitor.improvedBy(result) || monitor.waited < patience) return undefined;
      divisor *= factor;
      monitor.waitAnew();
      return undefined;
    },

    state: () => ({ ...monitor.state(), divisor }),
    restore(state) {
      monitor.restore(state);
      divisor = parseCallbackState(state, ['divisor']).divisor ?? 1;
    },
  };
}
