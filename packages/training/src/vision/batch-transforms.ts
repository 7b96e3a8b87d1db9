import type { BatchTransform } from '../data/batch-transform.js';
import { tf } from '../engine/tf.js';
import type { Tensor4D } from '../engine/tf.js';
import { type Box, sampleBoxes, WHOLE } from './sample-boxes.js';

/** Mean and standard deviation of red, green and blue that a model was trained with, for values from 0 to 1. */
export interface PixelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Resizes whole images to `imageSize` and normalises them: what validation sees. */
export function resizeAndNormalise(imageSize: number, statistics: PixelStatistics): BatchTransform {
  return (pixels) => {
    const whole = new Array<Box>(pixels.shape[0]).fill(WHOLE);
    const resized = sampleBoxes(pixels, whole, imageSize);
    return normalise(resized, statistics, 255);
  };
}

/** (x / white - mean) / std, by channel, as one multiplication and one addition: `white` is what stands for 1. */
export function normalise(x: Tensor4D, { mean, std }: PixelStatistics, white = 1): Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    // Row by row: to repeat three numbers over a batch takes TensorFlow four times as long.
    const rows = tf.reshape(x, [batch * height, width * channels]);
    const factors = std.map((value) => 1 / (white * value));
    const shifts = mean.map((value, channel) => -value / std[channel]!);
    const inRow = (values: number[]) => tf.tile(tf.tensor1d(values), [width]);
    return tf.reshape(tf.add(tf.mul(rows, inRow(factors)), inRow(shifts)), x.shape);
  });
}
