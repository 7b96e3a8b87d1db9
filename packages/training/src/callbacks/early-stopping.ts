import { InvalidOptionError } from '../errors.js';
import type { Callback } from '../learner/callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs to wait without improvement. @default 1 */
  readonly patience?: number;
}

/**
 * Stops a fit once a quantity has not improved for `patience` epochs. Not for one-cycle, where the
 * middle epochs are the worst by design: its rate is still high there.
 */
export function earlyStopping({ patience = 1, ...options }: EarlyStoppingOptions = {}): Callback {
  if (!Number.isInteger(patience) || patience < 1)
    throw new InvalidOptionError('patience', patience, 'an integer of 1 or more');
  const monitor = new Monitor(options);

  return {
    name: 'early-stopping',

    beforeFit(fit) {
      monitor.beforeFit(fit);
    },

    afterEpoch(result) {
      if (monitor.improvedBy(result) || monitor.waited < patience) return undefined;
      const reason =
        monitor.bestEpoch === null
          ? `${monitor.name} has not been finite in any epoch`
          : `${monitor.name} has not improved since epoch ${monitor.bestEpoch}`;
      return { scope: 'fit', reason };
    },

    state: () => monitor.state(),
    restore(state) {
      monitor.restore(state);
    },
  };
}
