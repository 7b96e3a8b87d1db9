import type { Batch } from '../data/batch.js';
import { lossAndGradients } from '../engine/gradients.js';
import { tf } from '../engine/tf.js';
import { type Loss, meanLoss } from '../losses/loss.js';
import type { ForwardContext, Parameter } from '../model/module.js';
import type { VisionModel } from '../model/vision-model.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import type { HyperParameters } from './hyper-parameters.js';

/** What a train step works on. */
export interface Trainable {
  readonly model: VisionModel;
  /** Parameters that learn. */
  readonly parameters: readonly Parameter[];
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly context: ForwardContext;
}

/** Runs one optimizer step and returns the batch's mean loss. Consumes `batch`. */
export async function trainStep(
  { model, parameters, optimizer, loss, context }: Trainable,
  batch: Batch,
  { learningRates, momentum, weightDecay }: HyperParameters,
): Promise<number> {
  const step = lossAndGradients(
    () => meanLoss(loss, model.forward(batch.inputs, context), batch.targets),
    parameters,
  );
  try {
    const updates = parameters.map((parameter) => ({
      parameter,
      gradient: step.gradients.get(parameter.name)!,
      learningRate: learningRates[parameter.group]!,
    }));
    optimizer.update(updates, { momentum, weightDecay });
    // The only wait for the device in a step: everything before it is queued work.
    const [value] = await step.loss.data();
    return value!;
  } finally {
    tf.dispose([step.loss, ...step.gradients.values(), batch.inputs, batch.targets]);
  }
}
