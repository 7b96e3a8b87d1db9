import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch, BatchSource } from '../data/batch.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';
import type { ForwardContext } from '../model/module.js';
import type { VisionModel } from '../model/vision-model.js';
import { predictLogits } from './predict-logits.js';

beforeAll(async () => {
  await useNativeEngine();
});

/** Batches of a split of so many images, of which only one is ever read. */
function splitOf(itemCount: number, side: number): BatchSource {
  return {
    length: 1,
    itemCount,
    // eslint-disable-next-line @typescript-eslint/require-await -- batches come asynchronously
    async *batches(): AsyncGenerator<Batch> {
      const inputs = tf.zeros<tf.Rank.R4>([1, side, side, 3]);
      yield { inputs, targets: tf.tensor1d([0], 'int32'), items: [0], entersAt: 0 };
    },
  };
}

/** Whether the model was told to run as one graph. */
async function isCompiled(source: BatchSource): Promise<boolean | undefined> {
  let told: boolean | undefined;
  const model: Pick<VisionModel, 'forward'> = {
    forward(_inputs: Tensor4D, { compiled }: ForwardContext) {
      told = compiled;
      return tf.zeros([1, 2]);
    },
  };
  await predictLogits(model, source);
  return told;
}

describe('the pass over a split', () => {
  it('is compiled where the split has many pixels, whichever batch it is', async () => {
    expect(await isCompiled(splitOf(128, 224))).toBe(true);
    expect(await isCompiled(splitOf(127, 224))).toBe(false);
    expect(await isCompiled(splitOf(128, 64))).toBe(false);
    expect(await isCompiled(splitOf(2000, 64))).toBe(true);
  });
});
