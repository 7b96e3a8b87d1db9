import { InvalidOptionError } from '../errors.js';
import { combine, cosine } from './annealing.js';
import type { Schedule } from './schedule.js';

export interface OneCycleOptions {
  /** The highest learning rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** Share of the fit spent warming up. @default 0.25 */
  readonly warmupShare?: number;
  /** The first rate is `peak` divided by this. @default 25 */
  readonly startDivisor?: number;
  /** The last rate approaches `peak` divided by this. @default 1e5 */
  readonly endDivisor?: number;
  /** Momentum at the start, at the peak and at the end. @default [0.95, 0.85, 0.95] */
  readonly momentums?: readonly [start: number, peak: number, end: number];
}

/**
 * The 1cycle policy (Smith, 2018), as fastai runs it: the rate warms up to its peak along half a
 * cosine and anneals along another, while momentum does the opposite.
 */
export function oneCycle({
  peak,
  warmupShare = 0.25,
  startDivisor = 25,
  endDivisor = 1e5,
  momentums: [firstMomentum, peakMomentum, lastMomentum] = [0.95, 0.85, 0.95],
}: OneCycleOptions): Schedule {
  if (!(warmupShare >= 0 && warmupShare <= 1))
    throw new InvalidOptionError('warmupShare', warmupShare, 'a number from 0 to 1');
  const learningRate = combine([
    [warmupShare, cosine(peak / startDivisor, peak)],
    [1 - warmupShare, cosine(peak, peak / endDivisor)],
  ]);
  const momentum = combine([
    [warmupShare, cosine(firstMomentum, peakMomentum)],
    [1 - warmupShare, cosine(peakMomentum, lastMomentum)],
  ]);
  return (progress) => ({ learningRate: learningRate(progress), momentum: momentum(progress) });
}
