import type { Batch, BatchSource, Loaders } from '../../data/batch.js';
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
  /**
   * Shows the first picture alone, as this epoch and those after it augment it: what augmentation
   * does shows best on one and the same picture. @default false
   */
  readonly unique?: boolean;
}

/**
 * Gives the first pictures of an epoch with their labels, augmented as the model sees them but with
 * the normalisation undone: look at them before training, and what is wrong with the data shows.
 */
export async function showBatch(
  loaders: Loaders,
  { statistics, count = 9, split = 'train', epoch = 0, unique = false }: ShowBatchOptions,
): Promise<ShownItem[]> {
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidOptionError('count', count, 'an integer of 1 or more');
  const source = loaders[split];
  const shown: ShownItem[] = [];
  for await (const batch of unique ? againAndAgain(source, epoch) : source.batches(epoch)) {
    shown.push(...(await toShownItems(batch, loaders.vocab, statistics)));
    if (shown.length >= count) break;
  }
  return shown.slice(0, count);
}

/** Batches of the epoch's first item alone, an epoch each, without end. */
async function* againAndAgain(source: BatchSource, firstEpoch: number): AsyncGenerator<Batch> {
  if (source.only === undefined)
    throw new InvalidOptionError('unique', true, 'false for loaders that single out no item');
  const item = await firstItem(source, firstEpoch);
  if (item === undefined) return;
  const alone = source.only(item);
  for (let epoch = firstEpoch; ; epoch += 1) yield* alone.batches(epoch);
}

async function firstItem(source: BatchSource, epoch: number): Promise<number | undefined> {
  for await (const { inputs, targets, items } of source.batches(epoch)) {
    tf.dispose([inputs, targets]);
    return items[0];
  }
  return undefined;
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
