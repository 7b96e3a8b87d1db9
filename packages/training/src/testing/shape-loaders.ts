import { createHash } from 'node:crypto';
import type { Loaders } from '../data/batch.js';
import { DataLoader } from '../data/data-loader.js';
import type { Sample } from '../data/sample.js';
import { resizeAndNormalise } from '../vision/batch-transforms.js';
import { drawShape, type Shape } from './shapes.js';

export interface ShapeLoadersOptions {
  /** @default circle, square, triangle */
  readonly classes?: readonly Shape[];
  /** Train images of each class. @default 16 */
  readonly trainPerClass?: number;
  /** Valid images of each class. @default 8 */
  readonly validPerClass?: number;
  /** Pixels along each side. @default 16 */
  readonly size?: number;
  /** @default 8 */
  readonly batchSize?: number;
  /** @default 42 */
  readonly seed?: number;
}

/** Values from 0 to 1 become values from -1 to 1. */
const HALVES = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** Loaders of shapes that are drawn as they are read: real ones, without a file. */
export function shapeLoaders({
  classes = ['circle', 'square', 'triangle'],
  trainPerClass = 16,
  validPerClass = 8,
  size = 16,
  batchSize = 8,
  seed = 42,
}: ShapeLoadersOptions = {}): Loaders {
  const perClass = trainPerClass + validPerClass;
  const all = classes.flatMap((shape, classIndex) =>
    Array.from({ length: perClass }, (_, index) =>
      shapeSample({ item: classIndex * perClass + index, shape, classIndex, seed }),
    ),
  );
  const shared = {
    readPixels: ({ item, classIndex }: Sample) =>
      Promise.resolve(drawShape({ shape: classes[classIndex]!, size, seed, index: item })),
    side: size,
    transform: resizeAndNormalise(size, HALVES),
    batchSize,
    seed,
  };
  const isTrain = ({ item }: Sample) => item % perClass < trainPerClass;
  return {
    train: new DataLoader({ ...shared, samples: all.filter(isTrain), shuffle: true }),
    valid: new DataLoader({ ...shared, samples: all.filter((sample) => !isTrain(sample)) }),
    trainInOrder: new DataLoader({ ...shared, samples: all.filter(isTrain) }),
    preprocessing: { side: size, imageSize: size, ...HALVES },
    vocab: classes,
  };
}

function shapeSample({
  item,
  shape,
  classIndex,
  seed,
}: {
  item: number;
  shape: Shape;
  classIndex: number;
  seed: number;
}): Sample {
  const source = `${shape}-${item}-${seed}`;
  const hash = createHash('sha256').update(source).digest('hex');
  return { item, hash, source, classIndex };
}
