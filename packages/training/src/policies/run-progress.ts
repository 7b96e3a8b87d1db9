import type { FitProgress } from '../learner/fit-progress.js';
import type { LrSuggestion } from '../lr-finder/suggestion.js';
import type { BestEpochState } from './best-epoch.js';

/** What a checkpoint is of. */
export interface TrainedModel {
  readonly architecture: string;
  readonly vocab: readonly string[];
}

/** How far a run has come, whenever nothing of it is half done: plain JSON. */
export interface RunProgress {
  /** Position of the phase at hand. */
  readonly phase: number;
  /** How far its fit has come; null at the phase's beginning. */
  readonly fit: FitProgress | null;
  readonly best: BestEpochState;
  /** What the last finder suggested. */
  readonly suggestions: readonly LrSuggestion[];
  /** Whoever begins with the checkpoint compares it. Left out by older versions. */
  readonly model?: TrainedModel;
}
