import type { Numbers } from '../engine/numbers.js';
import type { AccumulatorState } from '../optimizer/gradient-accumulator.js';
import type { OptimizerState } from '../optimizer/optimizer.js';

/** Where a learner stands, without its tensors: plain JSON. */
export interface LearnerPosition {
  /** Numbers of the next step and epoch. */
  readonly step: number;
  readonly epoch: number;
  readonly firstTrainedGroup: number;
  /** Of the last step taken. */
  readonly momentum: number;
}

/**
 * Everything that training goes on from, off the engine, bit for bit. Dropout, order and
 * augmentation are functions of seed and position, so there is nothing to keep of them.
 */
export interface LearnerState extends LearnerPosition {
  /** Parameters and running statistics, by name. */
  readonly model: ReadonlyMap<string, Numbers>;
  readonly optimizer: OptimizerState;
  /** Gradients that wait for further batches. */
  readonly accumulated: AccumulatorState;
}

/**
 * The same state to begin with: what was learned, how far it is unfrozen and what the optimizer
 * remembers stay, while steps and epochs count from 0 and gradients that wait are dropped.
 */
export function startingState(state: LearnerState): LearnerState {
  return { ...state, step: 0, epoch: 0, accumulated: { items: 0, count: 0, sums: new Map() } };
}
