/** What one optimizer step is done with. */
export interface HyperParameters {
  /** One rate a layer group, input side first. */
  readonly learningRates: readonly number[];
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Maps progress through a fit, from 0 to 1, to what the next step is done with. */
export type HyperParameterSchedule = (progress: number) => HyperParameters;
