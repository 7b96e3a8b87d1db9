import type { Batch } from '../data/batch.js';
import { symmetricBeta } from '../data/beta.js';
import { permutation, uniforms } from '../data/random.js';
import { tf } from '../engine/tf.js';
import type { Tensor1D, Tensor4D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { Callback } from '../learner/callback.js';
import type { Loss } from '../losses/loss.js';

export interface MixUpOptions {
  /** How much images are mixed: 0 not at all, 1 anything equally likely. @default 0.4 */
  readonly alpha?: number;
  /** Draws partners and shares. @default 42 */
  readonly seed?: number;
}

/** Which item of a batch each is mixed with, and how much of itself it keeps. */
interface Mixture {
  readonly partners: Uint32Array;
  /** From one half to 1, so that no pair is the same as another the other way round. */
  readonly shares: Float32Array;
}

/**
 * Trains on mixtures of two images each (Zhang et al., 2018), as fastai does: the loss is mixed by
 * the same shares, so the train loss is higher than, and not comparable to, the valid loss, which
 * stays as it is. Draws depend on seed and step alone: there is nothing to remember. While layer groups
 * of a `cached` body are frozen, what they make of the images is mixed in place of the images.
 */
export function mixUp({ alpha = 0.4, seed = 42 }: MixUpOptions = {}): Callback {
  if (!(alpha > 0 && alpha < Infinity))
    throw new InvalidOptionError('alpha', alpha, 'a number above 0');
  return {
    name: 'mix-up',

    beforeBatch(planned) {
      const { step, batch, loss } = planned;
      const mixture = drawMixture(batch.items.length, { alpha, seed, step });
      return { ...planned, batch: mixBatch(batch, mixture), loss: mixLoss(loss, mixture) };
    },
  };
}

function drawMixture(
  count: number,
  { alpha, seed, step }: { alpha: number; seed: number; step: number },
): Mixture {
  const random = uniforms({ seed, purpose: 'mix-up share', item: step });
  const shares = Float32Array.from({ length: count }, () => {
    const share = symmetricBeta(alpha, random);
    return Math.max(share, 1 - share);
  });
  // A permutation numbers its draws by item, so the step stands in the epoch's place.
  const partners = permutation(count, { seed, purpose: 'mix-up partner', epoch: step });
  return { partners, shares };
}

/** Mixes inputs and leaves targets as they are. Consumes the inputs of `batch`. */
function mixBatch(batch: Batch, { partners, shares }: Mixture): Batch {
  const inputs = tf.tidy(() => {
    const others = tf.gather(batch.inputs, tf.tensor1d([...partners], 'int32'));
    const weights = tf.tensor4d(shares, [shares.length, 1, 1, 1]);
    return tf.add<Tensor4D>(others, tf.mul(tf.sub(batch.inputs, others), weights));
  });
  batch.inputs.dispose();
  return { ...batch, inputs };
}

/** The loss by an item's own label and by its partner's, mixed as the images are. */
function mixLoss(loss: Loss, { partners, shares }: Mixture): Loss {
  const mix = (ofTargets: (targets: Tensor1D) => Tensor1D, targets: Tensor1D): Tensor1D =>
    tf.tidy(() => {
      const own = ofTargets(targets);
      const others = ofTargets(tf.gather(targets, tf.tensor1d([...partners], 'int32')));
      return tf.add(others, tf.mul(tf.sub(own, others), tf.tensor1d(shares)));
    });
  const { weights } = loss;
  return {
    byItem: (logits, targets) => mix((labels) => loss.byItem(logits, labels), targets),
    ...(weights && { weights: (targets: Tensor1D) => mix(weights, targets) }),
  };
}
