import { tf } from './tf.js';
import type { Tensor, Variable } from './tf.js';

/** What batch norm goes by once training is over: statistics of many batches, by channel, moved on by each. */
export interface RunningStatistics {
  /** [channels] */
  readonly mean: Variable;
  /** Of unbiased variances. [channels] */
  readonly variance: Variable;
  /** Share of a batch's statistics in the new ones: PyTorch's momentum. */
  readonly share: number;
}

/** Moves running statistics towards a batch's mean and unbiased variance. */
export function moveTowards(
  { mean, variance, share }: RunningStatistics,
  batch: { readonly mean: Tensor; readonly variance: Tensor },
): void {
  tf.tidy(() => {
    const mix = (running: Tensor, now: Tensor) =>
      tf.add(tf.mul(running, 1 - share), tf.mul(now, share));
    mean.assign(mix(mean, batch.mean));
    variance.assign(mix(variance, batch.variance));
  });
}
