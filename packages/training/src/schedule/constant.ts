import { CONSTANT_MOMENTUM, type Schedule } from './schedule.js';

/** One learning rate from the first step to the last. */
export const constantRate =
  (learningRate: number): Schedule =>
  () => ({ learningRate, momentum: CONSTANT_MOMENTUM });
