import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';
import type {
  Optimizer,
  OptimizerSlot,
  OptimizerSnapshot,
  ParameterUpdate,
  UpdateOptions,
} from './optimizer.js';

export interface AdamOptions {
  /** Share of the old squared gradient that is kept. @default 0.99 */
  readonly squaredMomentum?: number;
  /** Added to the root of the squared gradient. @default 1e-5 */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba, 2015) with decoupled weight decay, in fastai's order and with its defaults:
 * decay, then moments, then a step corrected with the momentum of the moment.
 */
export function adam({ squaredMomentum = 0.99, epsilon = 1e-5 }: AdamOptions = {}): Optimizer {
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
        slots.set(name, step(update, slot, { ...options, squaredMomentum, epsilon }));
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

/** Moves one parameter and returns its new memory: the mean of gradients and of squared gradients. */
function step(
  { parameter: { variable, role }, gradient, learningRate }: ParameterUpdate,
  slot: OptimizerSlot | undefined,
  { momentum, weightDecay, squaredMomentum, epsilon }: UpdateOptions & Required<AdamOptions>,
): OptimizerSlot {
  const steps = (slot?.steps ?? 0) + 1;
  const rate = learningRate / (1 - momentum ** steps);
  const correction = 1 / (1 - squaredMomentum ** steps);
  const tensors = tf.tidy(() => {
    const [oldMean = tf.zerosLike(gradient), oldSquare = tf.zerosLike(gradient)] =
      slot?.tensors ?? [];
    const mean = mix(oldMean, gradient, momentum);
    const square = mix(oldSquare, tf.square(gradient), squaredMomentum);
    const root = tf.add(tf.sqrt(tf.mul(square, correction)), epsilon);
    const decayed =
      role === 'weight' && weightDecay !== 0
        ? tf.mul(variable, 1 - learningRate * weightDecay)
        : variable;
    variable.assign(tf.sub(decayed, tf.div(tf.mul(mean, rate), root)));
    return [tf.keep(mean), tf.keep(square)];
  });
  return { tensors, steps };
}

const mix = (old: Tensor, next: Tensor, share: number): Tensor =>
  tf.add(tf.mul(old, share), tf.mul(next, 1 - share));

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
