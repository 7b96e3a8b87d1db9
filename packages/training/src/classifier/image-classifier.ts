import { readFile } from 'node:fs/promises';
import type { BatchSource, Preprocessing } from '../data/batch.js';
import { DataLoader } from '../data/data-loader.js';
import { tf } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { HeatMap } from '../interpretation/heat-map.js';
import type { Learner } from '../learner/learner.js';
import { predictLogits } from '../learner/predict-logits.js';
import { gradCam } from '../model/grad-cam.js';
import type { VisionModel } from '../model/vision-model.js';
import { resizeAndNormalise } from '../vision/batch-transforms.js';
import type { Picture } from '../data/picture.js';
import { orUnreadable } from '../vision/files/decode.js';
import { presizedCopy } from '../vision/files/presized.js';
import { readSquare } from '../vision/files/read-square.js';
import { type ImagePrediction, imagePrediction } from './image-prediction.js';

/** An image: a file's path, or the bytes of one. */
export type ImageSource = string | Uint8Array;

export interface PredictOptions {
  /** How many of the most probable classes `top` names. @default 5 */
  readonly top?: number;
}

export interface PredictAllOptions extends PredictOptions {
  /** Images that go through the model at once. @default 32 */
  readonly batchSize?: number;
}

export interface ExplainOptions {
  /** The class to look for. @default the predicted one */
  readonly label?: string;
}

/** What a model says about an image, and what in it speaks for one class. */
export interface ImageExplanation {
  readonly prediction: ImagePrediction;
  /** The class that the heat map is about. */
  readonly label: string;
  readonly heatMap: HeatMap;
  /** The part of the image that the model sees, which the heat map covers. */
  readonly image: Picture;
}

export interface ImageClassifierOptions {
  readonly model: VisionModel;
  readonly vocab: readonly string[];
  readonly preprocessing: Preprocessing;
}

const CENTRE = 0.5;

/**
 * A trained model with all that it takes to say what is in an image. Images are prepared exactly as
 * those of the valid split were. Holds tensors: call `dispose` when done.
 */
export class ImageClassifier {
  readonly model: VisionModel;
  /** Class names in the order of the class indexes. */
  readonly vocab: readonly string[];
  readonly preprocessing: Preprocessing;

  constructor({ model, vocab, preprocessing }: ImageClassifierOptions) {
    this.model = model;
    this.vocab = vocab;
    this.preprocessing = preprocessing;
  }

  /** Says what is in one image. */
  async predict(image: ImageSource, options: PredictOptions = {}): Promise<ImagePrediction> {
    const [prediction] = await this.predictAll([image], options);
    return prediction!;
  }

  /**
   * Says what is in each of many images, in their order. Reads a few batches ahead and keeps no more
   * images than that. Throws an `ImageUnreadableError` for the first one that is no whole image.
   */
  async predictAll(
    images: readonly ImageSource[],
    { top = 5, batchSize = 32 }: PredictAllOptions = {},
  ): Promise<ImagePrediction[]> {
    if (images.length === 0) return [];
    const readers = images.map((image, index) => () => this.#readSquare(image, index));
    const { logits } = await predictLogits(this.model, this.#batches(readers, batchSize));
    const classes = this.vocab.length;
    return images.map((_, row) =>
      imagePrediction(this.vocab, logits.subarray(row * classes, (row + 1) * classes), top),
    );
  }

  /** Shows where in an image the model finds what speaks for a class (see `gradCam`). */
  async explain(image: ImageSource, { label }: ExplainOptions = {}): Promise<ImageExplanation> {
    const asked = label === undefined ? undefined : this.#classIndexOf(label);
    const { side } = this.preprocessing;
    const pixels = await this.#readSquare(image, 0);
    const source = this.#batches([() => Promise.resolve(pixels)], 1);
    const { logits } = await predictLogits(this.model, source);
    const prediction = imagePrediction(this.vocab, logits, this.vocab.length);
    const classIndex = asked ?? prediction.classIndex;
    return {
      prediction,
      label: this.vocab[classIndex]!,
      heatMap: await this.#heatMap(source, classIndex),
      image: { pixels, width: side, height: side },
    };
  }

  /** Frees the model. */
  dispose(): void {
    this.model.dispose();
  }

  async #heatMap(source: BatchSource, classIndex: number): Promise<HeatMap> {
    const maps: HeatMap[] = [];
    for await (const { inputs, targets } of source.batches(0)) {
      try {
        maps.push(...(await gradCam(this.model, inputs, { classIndex })));
      } finally {
        tf.dispose([inputs, targets]);
      }
    }
    return maps[0]!;
  }

  #batches(readers: readonly (() => Promise<Uint8Array>)[], batchSize: number): BatchSource {
    const { side, imageSize, mean, std } = this.preprocessing;
    return new DataLoader({
      // Nothing is known of these images but their pixels: neither a hash nor a label.
      samples: readers.map((_, item) => ({ item, hash: '', source: '', classIndex: 0 })),
      readPixels: ({ item }) => readers[item]!(),
      side,
      transform: resizeAndNormalise(imageSize, { mean, std }),
      batchSize,
    });
  }

  async #readSquare(image: ImageSource, index: number): Promise<Uint8Array> {
    const { side } = this.preprocessing;
    const file = typeof image === 'string' ? image : `the bytes of image ${index}`;
    const original =
      typeof image === 'string' ? await orUnreadable(file, () => readFile(image)) : image;
    const bytes = await presizedCopy(original, file, side);
    return readSquare({ file, bytes, side, position: CENTRE });
  }

  #classIndexOf(label: string): number {
    const index = this.vocab.indexOf(label);
    if (index === -1) throw new InvalidOptionError('label', label, 'a class of the vocab');
    return index;
  }
}

/**
 * What a learner has learnt so far, for images of any source. Shares the learner's model: it follows
 * further training, and whoever disposes of one disposes of both.
 *
 * @throws InvalidOptionError for loaders that do not say how they make inputs of images.
 */
export function classifierOf({ model, loaders }: Learner): ImageClassifier {
  const { vocab, preprocessing } = loaders;
  if (preprocessing === undefined) {
    const expected = 'said by the loaders, as `imageLoaders` does';
    throw new InvalidOptionError('preprocessing', preprocessing, expected);
  }
  return new ImageClassifier({ model, vocab, preprocessing });
}
