import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { BatchSource } from '../data/batch.js';
import { tf } from '../engine/tf.js';
import type { VisionModel } from '../model/vision-model.js';

/** Logits of a split in item order, row after row, and what they belong to. */
export interface Logits {
  readonly items: readonly number[];
  readonly actuals: readonly number[];
  readonly logits: Float32Array;
}

/** Runs the model over a split in evaluation mode. Keeps logits and targets, never inputs. */
export async function predictLogits(model: VisionModel, source: BatchSource): Promise<Logits> {
  const items: number[] = [];
  const actuals: number[] = [];
  const chunks: Float32Array[] = [];
  for await (const batch of source.batches(0)) {
    const logits = tf.tidy(() =>
      model.forward(batch.inputs, { training: false, seed: 0, step: 0 }),
    );
    try {
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

function concatenate(chunks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
