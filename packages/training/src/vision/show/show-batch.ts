import type { Batch, Loaders } from '../../data/batch.js';
import type { Picture } from '../../data/picture.js';
import type { Split } from '../../data/splits/split.js';
import { tf } from '../../engine/tf.js';
import { InvalidOptionError } from '../../errors.js';
import type { PixelStatistics } from '../batch-transforms.js';

/** A picture as the model sees it, turned back into colours. */
export interface ShownItem extends Picture {
  /** Position of the item in the dataset. */
  readonly item: number;
  readonly label: string;
}

export interface ShowBatchOptions {
  /** What the inputs were normalised with. */
  readonly statistics: PixelStatistics;
  /** Pictures to show; fewer where the split has fewer. @default 9 */
  readonly count?: number;
  /** @default 'train' */
  readonly split?: Split;
  /** Another epoch shows other items, augmented otherwise. @default 0 */
  readonly epoch?: number;
}

/**
 * Gives the first pictures of an epoch with their labels, augmented as the model sees them but with
 * the normalisation undone: look at them before training, and what is wrong with the data shows.
 */
export async function showBatch(
  loaders: Loaders,
  { statistics, count = 9, split = 'train', epoch = 0 }: ShowBatchOptions,
): Promise<ShownItem[]> {
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidOptionError('count', count, 'an integer of 1 or more');
  const shown: ShownItem[] = [];
  for await (const batch of loaders[split].batches(epoch)) {
    shown.push(...(await toShownItems(batch, loaders.vocab, statistics)));
    if (shown.length >= count) break;
  }
  return shown.slice(0, count);
}

/** Consumes `batch`. */
async function toShownItems(
  { inputs, targets, items }: Batch,
  vocab: readonly string[],
  statistics: PixelStatistics,
): Promise<ShownItem[]> {
  const [, height, width] = inputs.shape;
  try {
    const classes = await targets.data();
    const pixels = denormalise(await inputs.data(), statistics);
    const size = height * width * 3;
    return items.map((item, row) => ({
      item,
      label: vocab[classes[row]!]!,
      width,
      height,
      pixels: pixels.subarray(row * size, (row + 1) * size),
    }));
  } finally {
    tf.dispose([inputs, targets]);
  }
}

/** (value * std + mean) * 255 by channel, rounded, as bytes. */
function denormalise(values: ArrayLike<number>, { mean, std }: PixelStatistics): Uint8Array {
  const bytes = new Uint8ClampedArray(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const channel = index % 3;
    bytes[index] = (values[index]! * std[channel]! + mean[channel]!) * 255;
  }
  return new Uint8Array(bytes.buffer);
}
