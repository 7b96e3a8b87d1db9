import { InvalidOptionError } from '../errors.js';
import type { GroupRates } from '../schedule/group-rates.js';

/**
 * A peak learning rate: a number for every layer group; `{ max }` for the head and a tenth of it for
 * every other group (fastai's `slice(max)`); `{ min, max }` from `min` at the input to `max` at the
 * head in equal ratios (fastai's `slice(min, max)`).
 */
export type LearningRate = number | { readonly min?: number; readonly max: number };

/** Checks a learning rate, and writes it as the schedules want it. */
export function toGroupRates(learningRate: LearningRate): GroupRates {
  if (typeof learningRate === 'number') {
    assertPositive('learningRate', learningRate);
    return { kind: 'rate', rate: learningRate };
  }
  const { min, max } = learningRate;
  assertPositive('learningRate.max', max);
  if (min === undefined) return { kind: 'slice', max };
  assertPositive('learningRate.min', min);
  return { kind: 'range', min, max };
}

function assertPositive(option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new InvalidOptionError(option, value, 'a finite number above 0');
}
