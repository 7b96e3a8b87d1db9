/** The four rules that read a rate off a learning-rate finder's curve. */
export type SuggestionMethod = 'valley' | 'steep' | 'minimum' | 'slide';

/** What one rule says about one curve. */
export interface LrSuggestion {
  readonly method: SuggestionMethod;
  /** Suggested learning rate, or null when the rule has no answer. */
  readonly learningRate: number | null;
  /** Position of its marker among the recorded points, or null. */
  readonly index: number | null;
  /** The rule in one sentence, or why it has no answer and what to do. */
  readonly note: string;
}
