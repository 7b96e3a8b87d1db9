import type { DataBlockOptions } from '../data/block/block-parts.js';
import { DataBlock } from '../data/block/data-block.js';
import { imageFiles } from '../data/items/items.js';
import { decodeImage } from './files/decode.js';
import { verifyImage } from './files/probe.js';
import { readOriginal } from './files/read-original.js';

export interface ImageBlockOptions extends Omit<DataBlockOptions, 'items' | 'verify' | 'open'> {
  /** @default imageFiles */
  readonly items?: DataBlockOptions['items'];
}

/**
 * Says how a folder of images becomes batches. Originals are decoded anew in every epoch; to train
 * for long on large photos, import them and use `imageLoaders`, which reads presized copies.
 *
 * @example
 * const pets = dataBlock({
 *   label: patternLabel(/(.+)_\d+\.jpg$/),
 *   split: randomSplitter({ valid: 0.2, seed: 42 }),
 *   ...presizing({ imageSize: 224, statistics: architecture('tf_efficientnet_lite0') }),
 * });
 * console.log(String(await pets.summary('images/pets')));
 * const loaders = await pets.loaders('images/pets', { batchSize: 32 });
 */
export function dataBlock({ items = imageFiles, ...options }: ImageBlockOptions): DataBlock {
  return new DataBlock({
    ...options,
    items,
    verify: verifyImage,
    open: async (file) => decodeImage(await readOriginal(file), file),
  });
}
