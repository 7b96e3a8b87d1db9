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
