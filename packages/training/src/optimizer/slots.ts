import type {
  Optimizer,
  OptimizerSlot,
  OptimizerSnapshot,
  ParameterUpdate,
  SlotState,
  UpdateOptions,
} from './optimizer.js';

/** Moves one parameter and returns what is now remembered of it: the old slot, or one in its place. */
export type ParameterStep<Slot extends OptimizerSlot<Slot>> = (
  update: ParameterUpdate,
  slot: Slot | undefined,
  options: UpdateOptions,
) => Slot;

export interface OptimizerParts<Slot extends OptimizerSlot<Slot>> {
  readonly step: ParameterStep<Slot>;
  /** A slot as `state` has written it. */
  readonly slotOf: (state: SlotState) => Slot;
}

/** Makes an optimizer of a step: keeps a slot of memory for each parameter that has taken one. */
export function optimizerOf<Slot extends OptimizerSlot<Slot>>({
  step,
  slotOf,
}: OptimizerParts<Slot>): Optimizer {
  let slots = new Map<string, Slot>();

  const clear = (): void => {
    disposeSlots(slots);
    slots = new Map();
  };

  return {
    update(updates, options) {
      for (const update of updates) {
        const { name } = update.parameter;
        const slot = slots.get(name);
        const next = step(update, slot, options);
        if (next !== slot) slot?.dispose();
        slots.set(name, next);
      }
    },
    clear,
    snapshot: () => snapshotOf(copySlots(slots)),
    restore(snapshot) {
      // Snapshots are of this very optimizer, and so are their slots.
      const copy = copySlots(snapshot.slots as ReadonlyMap<string, Slot>);
      clear();
      slots = copy;
    },
    state: () => new Map([...slots].map(([name, slot]) => [name, slot.state()])),
    load(state) {
      clear();
      slots = new Map([...state].map(([name, slot]) => [name, slotOf(slot)]));
    },
    dispose: clear,
  };
}

const snapshotOf = (slots: OptimizerSnapshot['slots']): OptimizerSnapshot => ({
  slots,
  dispose: () => {
    disposeSlots(slots);
  },
});

const copySlots = <Slot extends OptimizerSlot<Slot>>(
  slots: ReadonlyMap<string, Slot>,
): Map<string, Slot> => new Map([...slots].map(([name, slot]) => [name, slot.copy()]));

function disposeSlots(slots: OptimizerSnapshot['slots']): void {
  for (const slot of slots.values()) slot.dispose();
}
