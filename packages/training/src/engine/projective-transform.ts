import { hasNativeKernels, runKernel } from './native-kernel.js';
import { tf } from './tf.js';
import type { Tensor2D, Tensor4D } from './tf.js';

/**
 * Samples images bilinearly, each through a projective map of its own. A row a0 a1 a2 b0 b1 b2 c0 c1
 * takes the output's pixel (x, y) from ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), where
 * k = c0 x + c1 y + 1. Beyond its edge an image goes on mirrored, its last pixels repeated.
 * [batch, height, width, channels], [batch, 8] → [batch, size, size, channels], float32
 */
export function projectiveTransform(images: Tensor4D, rows: Tensor2D, size: number): Tensor4D {
  if (!hasNativeKernels()) return plainProjectiveTransform(images, rows, size);
  return tf.tidy(
    () =>
      runKernel({
        kernel: 'ImageProjectiveTransformV3',
        inputs: [
          tf.cast(images, 'float32'),
          rows,
          tf.tensor1d([size, size], 'int32'),
          tf.scalar(0),
        ],
        outputs: 1,
        types: { dtype: 'float32' },
        words: { interpolation: 'BILINEAR', fill_mode: 'REFLECT' },
      })[0] as Tensor4D,
  );
}

/** The same as `projectiveTransform`, by a function that tfjs-node does not implement. */
export function plainProjectiveTransform(images: Tensor4D, rows: Tensor2D, size: number): Tensor4D {
  return tf.tidy(() => {
    // One by one: the pure JavaScript kernel returns after the first image of a batch.
    const each = tf.split<Tensor4D>(images, images.shape[0]).map((image, index) => {
      const row = tf.slice(rows, [index, 0], [1, 8]);
      return tf.image.transform(image, row, 'bilinear', 'reflect', 0, [size, size]);
    });
    return tf.concat(each);
  });
}
