import type { Batch } from '../data/batch.js';
import type { Tensor2D } from '../engine/tf.js';
import type { ForwardContext } from '../model/module.js';
import type { VisionModel } from '../model/vision-model.js';

/** What computes logits: of pixels, or of what a body made of them. */
export type Network = Pick<VisionModel, 'forward' | 'classifyPooled'>;

/** The logits of a batch, which the caller disposes of, as the batch itself. [batch, classes] */
export function forwardBatch(
  network: Network,
  { inputs, isPooled = false }: Pick<Batch, 'inputs' | 'isPooled'>,
  context: ForwardContext,
): Tensor2D {
  return isPooled ? network.classifyPooled(inputs, context) : network.forward(inputs, context);
}
