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
/** How many pixels a split has that is worth the second for which its first batch is compiled. */
const MANY_PIXELS = 128 * 224 * 224;

/** Sees a batch and its logits before both are freed. */
export type BatchJudge = (logits: Tensor2D, batch: Batch) => Promise<void>;

export interface LogitsOptions {
  /** Which pass over the source. @default 0 */
  readonly epoch?: number;
  readonly judge?: BatchJudge | undefined;
}

/** Runs the model over a split in evaluation mode, batch by batch. Keeps nothing of a batch that was taken. */
export async function* logitsByBatch(
  model: Pick<VisionModel, 'forward'>,
  source: BatchSource,
  { epoch = 0, judge }: LogitsOptions = {},
): AsyncGenerator<Logits> {
  for await (const batch of source.batches(epoch)) {
    const [, height, width] = batch.inputs.shape;
    // By the split alone, so that the same run gives the same bits whenever it is resumed.
    const compiled = source.itemCount * height * width >= MANY_PIXELS;
    yield await logitsOf(batch, { model, compiled, judge });
    await yieldToEventLoop();
  }
}

/** The logits of a whole split, in item order. They grow with items times classes. */
export async function predictLogits(
  model: Pick<VisionModel, 'forward'>,
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

interface Judged {
  readonly model: Pick<VisionModel, 'forward'>;
  readonly compiled: boolean;
  readonly judge: BatchJudge | undefined;
}

/** Consumes `batch`. */
async function logitsOf(batch: Batch, { model, compiled, judge }: Judged): Promise<Logits> {
  const used: Tensor[] = [batch.inputs, batch.targets];
  try {
    const logits = model.forward(batch.inputs, { ...EVALUATION, compiled }, batch.entersAt);
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
