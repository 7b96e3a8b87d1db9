/** Hyper-parameters of one layer group at one moment. */
export interface ScheduledValues {
  readonly learningRate: number;
  readonly momentum: number;
}

/** Maps progress through a fit, from 0 to 1, to a layer group's hyper-parameters. */
export type Schedule = (progress: number) => ScheduledValues;

/** Adam's first momentum where a schedule does not move it (fastai's default). */
export const CONSTANT_MOMENTUM = 0.9;
