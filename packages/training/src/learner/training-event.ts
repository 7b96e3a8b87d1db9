import type { LrSuggestion } from '../lr-finder/suggestion.js';
import type { PhaseKind } from '../policies/phase.js';

/** A number that a model was judged by on the valid split. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly higherIsBetter: boolean;
}

/** A phase of a run begins. */
export interface PhaseStartEvent {
  readonly type: 'phase-start';
  /** Position of the phase in the run, from 0. */
  readonly phase: number;
  readonly kind: PhaseKind;
  /** Epochs this phase will train; 0 for phases that train none. */
  readonly epochs: number;
  /** Batches of one epoch, or points of a learning-rate finder; 0 where neither applies. */
  readonly batches: number;
  /** Step and epoch that the phase's first batch will have; both count over all fits of a run. */
  readonly firstStep: number;
  readonly firstEpoch: number;
  /** Layer groups that learn in this phase, of `layerGroups`: counted from the head. */
  readonly trainableGroups: number;
  readonly layerGroups: number;
}

/** Finished train batches, as columns of equal length. Numbers may be NaN or infinite. */
export interface BatchesEvent {
  readonly type: 'batches';
  readonly phase: number;
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  /** When each batch ended, in milliseconds since 1970. */
  readonly times: readonly number[];
  readonly losses: readonly number[];
  /** fastai's debiased average with beta 0.98, started anew by each fit. */
  readonly smoothedLosses: readonly number[];
  /** Rate of the last layer group, the head. */
  readonly learningRates: readonly number[];
  readonly momentums: readonly number[];
  /** One column a layer group, input side first. */
  readonly groupLearningRates: readonly (readonly number[])[];
}

/** Points of a learning-rate finder, as columns of equal length. */
export interface LrFinderPointsEvent {
  readonly type: 'lr-finder-points';
  readonly phase: number;
  readonly indexes: readonly number[];
  readonly times: readonly number[];
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothedLosses: readonly number[];
}

/** Why a learning-rate finder ended. */
export type LrFinderStop = 'completed' | 'diverged' | 'non-finite' | 'stopped';

export interface LrFinderEndEvent {
  readonly type: 'lr-finder-end';
  readonly phase: number;
  readonly stoppedBecause: LrFinderStop;
  /** All four methods, always; one without an answer says why in its note. */
  readonly suggestions: readonly LrSuggestion[];
}

/** A fit was changed under way, before the batch of step `step`. */
export interface AdjustedEvent {
  readonly type: 'adjusted';
  readonly phase: number;
  readonly step: number;
  /** What the schedule's rates are multiplied by from here on; null: as before. */
  readonly learningRateFactor: number | null;
  /** Epochs that the fit has in all from here on; null: as before. */
  readonly epochs: number | null;
}

/** An epoch was trained and judged on the valid split. Its predictions were reported just before. */
export interface EpochEndEvent {
  readonly type: 'epoch-end';
  readonly phase: number;
  readonly epoch: number;
  /** Last step of the epoch. */
  readonly step: number;
  /** Smoothed train loss at the end of the epoch, as fastai reports it. */
  readonly trainLoss: number;
  readonly validLoss: number;
  /** Seconds for training and validation together. */
  readonly seconds: number;
  readonly metrics: readonly MetricValue[];
}

/** How a phase ended. A run that fails says so in its status, not here. */
export interface PhaseEndEvent {
  readonly type: 'phase-end';
  readonly phase: number;
  readonly outcome: 'completed' | 'stopped';
  readonly seconds: number;
}

/** What training reports to the outside: plain data, never a tensor. */
export type TrainingEvent =
  | PhaseStartEvent
  | BatchesEvent
  | LrFinderPointsEvent
  | LrFinderEndEvent
  | AdjustedEvent
  | EpochEndEvent
  | PhaseEndEvent;
