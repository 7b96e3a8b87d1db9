import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Batch, BatchSource } from '../data/batch.js';
import { tf } from '../engine/tf.js';
import type { Tensor, Tensor2D } from '../engine/tf.js';
import type { VisionModel } from '../model/vision-model.js';

/** Logits of items, row after row, and what they belong to. */
export interface Logits {
  readonly items: readonly number[];
  readonly actuals: readonly number[];
  readonly logits: Float32Array;
}

const EVALUATION = { training: false, seed: 0, step: 0 };

/** Sees a batch and its logits before both are freed. */
export type BatchJudge = (logits: Tensor2D, batch: Batch) => Promise<void>;

export interface LogitsOptions {
  /** Which pass over the source. @default 0 */
  readonly epoch?: number;
  readonly judge?: BatchJudge | undefined;
}

/** Runs the model over a split in evaluation mode, batch by batch. Keeps nothing of a batch that was taken. */
export async function* logitsByBatch(
  model: VisionModel,
  source: BatchSource,
  { epoch = 0, judge }: LogitsOptions = {},
): AsyncGenerator<Logits> {
  for await (const batch of source.batches(epoch)) {
    yield await logitsOf(model, batch, judge);
    await yieldToEventLoop();
  }
}

/** The logits of a whole split, in item order. They grow with items times classes. */
export async function predictLogits(
  model: VisionModel,
  source: BatchSource,
  epoch = 0,
): Promise<Logits> {
  const parts: Logits[] = [];
  for await (const part of logitsByBatch(model, source, { epoch })) parts.push(part);
  return {
    items: parts.flatMap(({ items }) => items),
    actuals: parts.flatMap(({ actuals }) => actuals),
    logits: concatenate(parts.map(({ logits }) => logits)),
  };
}

/** Consumes `batch`. */
async function logitsOf(
  model: VisionModel,
  batch: Batch,
  judge: BatchJudge | undefined,
): Promise<Logits> {
  const used: Tensor[] = [batch.inputs, batch.targets];
  try {
    const logits = model.forward(batch.inputs, EVALUATION, batch.entersAt);
    used.push(logits);
    await judge?.(logits, batch);
    return {
      items: batch.items,
      actuals: [...(await batch.targets.data())],
      logits: (await logits.data<'float32'>()).slice(),
    };
  } finally {
    tf.dispose(used);
  }
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
