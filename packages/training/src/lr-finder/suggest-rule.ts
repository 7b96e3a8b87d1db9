/** What a rule reads off a curve: a rate, and the point that it marks. */
export interface RulePick {
  readonly learningRate: number;
  /** Position among the points that the rule was given. */
  readonly index: number;
}

/**
 * Reads a learning rate off a curve of smoothed losses over rates, exactly as fastai's function of
 * the same name does: also where its answer is of no use. Null where fastai throws.
 */
export type SuggestionRule = (
  learningRates: readonly number[],
  losses: readonly number[],
) => RulePick | null;
