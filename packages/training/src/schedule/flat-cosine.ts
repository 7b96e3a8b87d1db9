import { InvalidOptionError } from '../errors.js';
import { combine, constant, cosine } from './annealing.js';
import { CONSTANT_MOMENTUM, type Schedule } from './schedule.js';

export interface FlatCosineOptions {
  /** The learning rate of the flat part. */
  readonly peak: number;
  /** Share of the fit before the rate falls. @default 0.75 */
  readonly flatShare?: number;
  /** The last rate approaches `peak` divided by this. @default 1e5 */
  readonly endDivisor?: number;
}

/** fastai's flat-cosine schedule: one rate for most of the fit, then half a cosine down. */
export function flatCosine({
  peak,
  flatShare = 0.75,
  endDivisor = 1e5,
}: FlatCosineOptions): Schedule {
  if (!(flatShare >= 0 && flatShare <= 1))
    throw new InvalidOptionError('flatShare', flatShare, 'a number from 0 to 1');
  const learningRate = combine([
    [flatShare, constant(peak)],
    [1 - flatShare, cosine(peak, peak / endDivisor)],
  ]);
  return (progress) => ({ learningRate: learningRate(progress), momentum: CONSTANT_MOMENTUM });
}
