import { gradientBy } from '../engine/gradients.js';
import { tf } from '../engine/tf.js';
import type { Scalar, Tensor2D, Tensor4D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import type { HeatMap } from '../interpretation/heat-map.js';
import type { VisionModel } from './vision-model.js';

export interface GradCamOptions {
  /** The class to explain. @default the one predicted for each item */
  readonly classIndex?: number;
}

const EVALUATION = { training: false, seed: 0, step: 0 };

/**
 * Shows what in each item speaks for a class: the body's feature maps, added up by the mean gradient
 * of the class's logit, without what speaks against it (Grad-CAM; Selvaraju et al., 2017). In
 * evaluation mode, and without a change to the model. The caller keeps `inputs`.
 * [batch, height, width, 3] → one heat map an item
 */
export async function gradCam(
  model: VisionModel,
  inputs: Tensor4D,
  { classIndex }: GradCamOptions = {},
): Promise<HeatMap[]> {
  const features = model.features(inputs, EVALUATION);
  try {
    const classIndexes = await chooseClasses(model, features, classIndex);
    return await heatMaps(model, features, classIndexes);
  } finally {
    features.dispose();
  }
}

async function chooseClasses(
  model: VisionModel,
  features: Tensor4D,
  classIndex: number | undefined,
): Promise<readonly number[]> {
  const logits = model.classify(features, EVALUATION);
  const [batch, classes] = logits.shape;
  const best = tf.argMax(logits, 1);
  try {
    if (classIndex === undefined) return [...(await best.data())];
    if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes) {
      const expected = `a class index from 0 to ${classes - 1}`;
      throw new InvalidOptionError('classIndex', classIndex, expected);
    }
    return new Array<number>(batch).fill(classIndex);
  } finally {
    tf.dispose([logits, best]);
  }
}

async function heatMaps(
  model: VisionModel,
  features: Tensor4D,
  classIndexes: readonly number[],
): Promise<HeatMap[]> {
  const chosenLogits = () => {
    const logits = model.classify(features, EVALUATION);
    const targets = tf.tensor1d([...classIndexes], 'int32');
    const chosen = tf.oneHot(targets, logits.shape[1], 1, 0, 'float32') as Tensor2D;
    // In evaluation items do not touch each other: the gradient of the sum is that of each.
    return tf.sum<Scalar>(tf.mul(logits, chosen));
  };
  const gradient = gradientBy(chosenLogits, features);
  const maps = tf.tidy(() => {
    const weights = tf.mean(gradient, [1, 2], true); // [batch, 1, 1, features]
    const support = tf.relu(tf.sum(tf.mul(features, weights), 3)); // [batch, h, w]
    return tf.divNoNan(support, tf.max(support, [1, 2], true));
  });
  try {
    const values = await maps.data();
    const [, height, width] = features.shape;
    return classIndexes.map((classIndex, item) => ({
      classIndex,
      width,
      height,
      values: [...values.subarray(item * width * height, (item + 1) * width * height)],
    }));
  } finally {
    tf.dispose([gradient, maps]);
  }
}
