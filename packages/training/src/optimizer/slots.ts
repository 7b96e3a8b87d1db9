import { tf } from '../engine/tf.js';
import type {
  Optimizer,
  OptimizerSlot,
  OptimizerSnapshot,
  ParameterUpdate,
  UpdateOptions,
} from './optimizer.js';

/** Moves one parameter and returns its new memory, kept; the old one is disposed of for it. */
export type ParameterStep = (
  update: ParameterUpdate,
  slot: OptimizerSlot | undefined,
  options: UpdateOptions,
) => OptimizerSlot;

/** Makes an optimizer of a step: keeps a slot of memory for each parameter that has taken one. */
export function optimizerOf(step: ParameterStep): Optimizer {
  let slots = new Map<string, OptimizerSlot>();

  const clear = (): void => {
    disposeSlots(slots);
    slots = new Map();
  };

  return {
    update(updates, options) {
      for (const update of updates) {
        const { name } = update.parameter;
        const slot = slots.get(name);
        slots.set(name, step(update, slot, options));
        tf.dispose([...(slot?.tensors ?? [])]);
      }
    },
    clear,
    snapshot: () => copyOf(slots),
    restore(snapshot) {
      const copy = copySlots(snapshot.slots);
      clear();
      slots = copy;
    },
    dispose: clear,
  };
}

function copyOf(slots: ReadonlyMap<string, OptimizerSlot>): OptimizerSnapshot {
  const copy = copySlots(slots);
  return {
    slots: copy,
    dispose: () => {
      disposeSlots(copy);
    },
  };
}

const copySlots = (slots: ReadonlyMap<string, OptimizerSlot>): Map<string, OptimizerSlot> =>
  new Map(
    [...slots].map(([name, { tensors, steps }]) => [
      name,
      { tensors: tensors.map((tensor) => tf.keep(tf.clone(tensor))), steps },
    ]),
  );

function disposeSlots(slots: ReadonlyMap<string, OptimizerSlot>): void {
  for (const { tensors } of slots.values()) tf.dispose([...tensors]);
}
