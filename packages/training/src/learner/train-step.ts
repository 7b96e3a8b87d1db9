import { InvalidOptionError } from '../errors.js';
import type { Batch } from '../data/batch.js';
import { lossAndGradients } from '../engine/gradients.js';
import { tf } from '../engine/tf.js';
import type { Tensor } from '../engine/tf.js';
import { type Loss, meanLoss } from '../losses/loss.js';
import type { ForwardContext, Parameter } from '../model/module.js';
import type { VisionModel } from '../model/vision-model.js';
import { clipGradients } from '../optimizer/clip-gradients.js';
import type { GradientAccumulator } from '../optimizer/gradient-accumulator.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import type { HyperParameters } from './hyper-parameters.js';

/** What a train step works on. */
export interface Trainable {
  readonly model: Pick<VisionModel, 'forward'>;
  /** Parameters that learn. */
  readonly parameters: readonly Parameter[];
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly context: ForwardContext;
  /** Says which batches make one update of the parameters. */
  readonly accumulator: GradientAccumulator;
  /** Longest that all gradients together may be; Infinity leaves them as they are. */
  readonly clipNorm: number;
}

/**
 * Learns from one batch and returns its mean loss. Parameters move once the accumulator has its
 * batches; running statistics always do. Consumes `batch`, also when it fails.
 */
export async function trainStep(
  { model, parameters, optimizer, loss, context, accumulator, clipNorm }: Trainable,
  batch: Batch,
  hyperParameters: HyperParameters,
): Promise<number> {
  const { inputs, targets, entersAt } = batch;
  const used: Tensor[] = [inputs, targets];
  try {
    const step = lossAndGradients(
      () => meanLoss(loss, model.forward(inputs, context, entersAt), targets),
      parameters,
    );
    used.push(step.loss);
    const ready = accumulator.add(step.gradients, targets.shape[0]);
    if (ready !== null) {
      const gradients = clipNorm === Infinity ? ready : clipGradients(ready, clipNorm);
      update({ parameters, optimizer }, gradients, hyperParameters);
    }
    // The only wait for the device in a step: everything before it is queued work.
    const [value] = await step.loss.data();
    return value!;
  } finally {
    tf.dispose(used);
  }
}

/** Consumes `gradients`. */
function update(
  { parameters, optimizer }: Pick<Trainable, 'parameters' | 'optimizer'>,
  gradients: ReadonlyMap<string, Tensor>,
  { learningRates, momentum, weightDecay }: HyperParameters,
): void {
  try {
    const updates = parameters.map((parameter) => ({
      parameter,
      gradient: gradients.get(parameter.name)!,
      learningRate: rateOf(parameter, learningRates),
    }));
    optimizer.update(updates, { momentum, weightDecay });
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

function rateOf({ name, group }: Parameter, learningRates: readonly number[]): number {
  const rate = learningRates[group];
  if (rate !== undefined) return rate;
  const expected = `one for each layer group, so that ${name} of group ${group} has one`;
  throw new InvalidOptionError('learningRates', `${learningRates.length} rates`, expected);
}
