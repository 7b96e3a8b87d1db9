import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Batch, BatchSource } from '../data/batch.js';
import { tf } from '../engine/tf.js';
import type { Tensor2D } from '../engine/tf.js';
import type { Loss } from '../losses/loss.js';
import type { VisionModel } from '../model/vision-model.js';

/** Logits of a split in item order, row after row, and what they belong to. */
export interface Logits {
  readonly items: readonly number[];
  readonly actuals: readonly number[];
  readonly logits: Float32Array;
}

/** A split's logits, and how wrong they are on the whole. */
export interface JudgedLogits extends Logits {
  /** The loss of the whole split: not of its batches, so that their size says nothing. */
  readonly loss: number;
}

/** Runs the model over pass `epoch` of a split in evaluation mode. Keeps logits and targets, never inputs. */
export async function predictLogits(
  model: VisionModel,
  source: BatchSource,
  epoch = 0,
): Promise<Logits> {
  return collect(model, source.batches(epoch));
}

/** Predicts a split and takes the mean of `loss` over its items, by what they count for. */
export async function judgeLogits(
  model: VisionModel,
  source: BatchSource,
  loss: Loss,
): Promise<JudgedLogits> {
  const sums = { losses: 0, weights: 0 };
  const logits = await collect(model, source.batches(0), async (batchLogits, batch) => {
    const [losses, weights] = await itemLosses(loss, batchLogits, batch);
    sums.losses += sumOf(losses);
    sums.weights += sumOf(weights);
  });
  return { ...logits, loss: sums.losses / sums.weights };
}

async function collect(
  model: VisionModel,
  batches: AsyncIterable<Batch>,
  judge?: (logits: Tensor2D, batch: Batch) => Promise<void>,
): Promise<Logits> {
  const items: number[] = [];
  const actuals: number[] = [];
  const chunks: Float32Array[] = [];
  for await (const batch of batches) {
    const logits = tf.tidy(() =>
      model.forward(batch.inputs, { training: false, seed: 0, step: 0 }),
    );
    try {
      await judge?.(logits, batch);
      chunks.push((await logits.data<'float32'>()).slice());
      actuals.push(...(await batch.targets.data()));
      items.push(...batch.items);
    } finally {
      tf.dispose([logits, batch.inputs, batch.targets]);
    }
    await yieldToEventLoop();
  }
  return { items, actuals, logits: concatenate(chunks) };
}

/** What each item of a batch adds to the loss, and what it counts for. */
async function itemLosses(
  loss: Loss,
  logits: Tensor2D,
  { targets }: Batch,
): Promise<[Float32Array, Float32Array]> {
  const tensors = tf.tidy(() => [
    loss.byItem(logits, targets),
    loss.weights?.(targets) ?? tf.ones(targets.shape),
  ]);
  try {
    const [losses, weights] = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
    return [losses!, weights!];
  } finally {
    tf.dispose(tensors);
  }
}

/** In double precision. */
function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function concatenate(chunks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
