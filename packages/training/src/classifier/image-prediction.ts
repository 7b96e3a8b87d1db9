import { InvalidOptionError } from '../errors.js';
import { softmax } from '../interpretation/softmax.js';

/** A class and how probable it is. */
export interface ClassProbability {
  readonly label: string;
  readonly probability: number;
}

/** What a model says about one image. */
export interface ImagePrediction {
  /** The most probable class, the first among equals. */
  readonly label: string;
  readonly classIndex: number;
  readonly probability: number;
  /** The most probable classes, as many as were asked for, the most probable first. */
  readonly top: readonly ClassProbability[];
  /** Of every class, in the order of the vocab; they add up to 1. */
  readonly probabilities: readonly number[];
  /** What the probabilities are made of (see `explainLoss`), in the order of the vocab. */
  readonly logits: readonly number[];
}

/** Reads one image's logits. */
export function imagePrediction(
  vocab: readonly string[],
  logits: Float32Array,
  top: number,
): ImagePrediction {
  if (!Number.isInteger(top) || top < 1)
    throw new InvalidOptionError('top', top, 'an integer of 1 or more');
  const values = [...logits];
  const { probabilities } = softmax(values);
  // A stable sort: equal logits stay in the order of the vocab.
  const order = [...values.keys()].sort((left, right) => values[right]! - values[left]!);
  const classIndex = order[0]!;
  return {
    label: vocab[classIndex]!,
    classIndex,
    probability: probabilities[classIndex]!,
    top: order
      .slice(0, top)
      .map((index) => ({ label: vocab[index]!, probability: probabilities[index]! })),
    probabilities,
    logits: values,
  };
}
