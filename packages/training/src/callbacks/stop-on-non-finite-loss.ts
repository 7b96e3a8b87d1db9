import { TrainingError } from '../errors.js';
import type { Callback } from '../learner/callback.js';

/** The loss became NaN or infinite: the weights are spoilt from here on. */
export class NonFiniteLossError extends TrainingError {
  override readonly name = 'NonFiniteLossError';
  readonly code = 'NON_FINITE_LOSS';
  readonly step: number;
  readonly learningRate: number;

  constructor(step: number, loss: number, learningRate: number) {
    super(
      `Expected a finite loss, received ${String(loss)} at step ${step} with learning rate ` +
        `${learningRate.toExponential(1)}. Start again with a rate ten times lower, or let the ` +
        'learning-rate finder choose one',
    );
    this.step = step;
    this.learningRate = learningRate;
  }
}

/** Fails the fit at the first batch whose loss is not finite (fastai's TerminateOnNaN, but loud). */
export function stopOnNonFiniteLoss(): Callback {
  return {
    name: 'stop-on-non-finite-loss',
    afterBatch({ step, loss, learningRates }) {
      if (!Number.isFinite(loss)) throw new NonFiniteLossError(step, loss, learningRates.at(-1)!);
      return undefined;
    },
  };
}
