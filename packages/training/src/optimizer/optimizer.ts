import type { Numbers } from '../engine/numbers.js';
import type { Tensor } from '../engine/tf.js';
import type { Parameter } from '../model/module.js';

/** One parameter's share of a step. */
export interface ParameterUpdate {
  readonly parameter: Parameter;
  /** Stays the caller's. */
  readonly gradient: Tensor;
  readonly learningRate: number;
}

export interface UpdateOptions {
  /** Share of the old direction that is kept; schedules move it between steps. */
  readonly momentum: number;
  /** Weights, and nothing else, shrink by `learningRate * weightDecay` before each step. */
  readonly weightDecay: number;
}

/** An optimizer's memory at one moment. */
export interface OptimizerSnapshot {
  /** What is remembered of each parameter, by name. */
  readonly slots: ReadonlyMap<string, OptimizerSlot>;
  dispose(): void;
}

/** What an optimizer remembers of a parameter, off the engine. */
export interface SlotState {
  readonly tensors: Readonly<Record<string, Numbers>>;
  /** Plain numbers beside them. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** An optimizer's memory off the engine: a slot for each parameter that has one, by name. */
export type OptimizerState = ReadonlyMap<string, SlotState>;

/** What an optimizer remembers of a parameter. */
export interface OptimizerSlot<Slot = unknown> {
  /** All of it, bit for bit. */
  state(): SlotState;
  /** The same again, which does not change with this one; the caller disposes of it. */
  copy(): Slot;
  dispose(): void;
}

/** Changes parameters so that the loss falls. Never touches one that is not listed in an update. */
export interface Optimizer {
  /** Takes one step with every parameter that is listed. */
  update(updates: readonly ParameterUpdate[], options: UpdateOptions): void;
  /** Forgets everything, as fastai does at every freeze and unfreeze. */
  clear(): void;
  /** Copies the memory; the caller disposes of the copy. */
  snapshot(): OptimizerSnapshot;
  /** Returns to a snapshot, which stays usable. */
  restore(snapshot: OptimizerSnapshot): void;
  /** The memory, bit for bit, to be kept outside of this process. */
  state(): OptimizerState;
  /** Takes up what `state` of an optimizer of the same kind gave. */
  load(state: OptimizerState): void;
  /** Frees the memory. */
  dispose(): void;
}
