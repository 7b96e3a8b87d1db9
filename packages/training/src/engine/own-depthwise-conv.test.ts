import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from './native.js';
import {
  type DepthwiseWindow,
  ownDepthwiseConv,
  suitsOwnDepthwiseConv,
} from './own-depthwise-conv.js';
import { hasOwnKernels } from './own-kernels.js';
import { tf } from './tf.js';
import type { Tensor, Tensor4D } from './tf.js';

beforeAll(async () => {
  await useNativeEngine();
});

const wave = (shape: number[], phase: number): Tensor =>
  tf.sin(tf.add(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), 0.7), phase)).reshape(shape);

/** How much of the padding is before the first position, by the formulas of TensorFlow and PyTorch. */
function padBefore(size: number, { kernel, stride, padding }: DepthwiseWindow): number {
  if (padding === 'symmetric') return (kernel - 1) / 2;
  const missing = (Math.ceil(size / stride) - 1) * stride + kernel - size;
  return Math.floor(Math.max(missing, 0) / 2);
}

/** The convolution as its formula: taps of a padded map, one after the other, in plain operations. */
function byFormula(x: Tensor, filter: Tensor, window: DepthwiseWindow): Tensor {
  const [, rows, columns, channels] = x.shape as [number, number, number, number];
  const { kernel, stride } = window;
  const pads = [rows, columns].map((size) => padBefore(size, window));
  const outs = [rows, columns].map((size) => Math.ceil(size / stride));
  // Enough behind for any window.
  const around = pads.map((pad): [number, number] => [pad, kernel + stride]);
  const padded = tf.pad(x, [[0, 0], ...around, [0, 0]]);
  const taps = Array.from({ length: kernel * kernel }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kernel), tap % kernel];
    const [r, c] = outs.map((out) =>
      tf.mul(tf.range(0, out, 1, 'int32'), tf.scalar(stride, 'int32')),
    );
    const at = (positions: Tensor, offset: number) => tf.add(positions, tf.scalar(offset, 'int32'));
    const under = tf.gather(tf.gather(padded, at(r!, i), 1), at(c!, j), 2);
    return tf.mul(under, tf.slice(filter, [i, j, 0, 0], [1, 1, channels, 1]).reshape([channels]));
  });
  return tf.addN(taps);
}

const numbersOf = (tensors: readonly Tensor[]) => tensors.flatMap((t) => [...t.dataSync()]);

const kernels = [3, 5];
const strides = [1, 2];
const paddings = ['same', 'symmetric'] as const;
const windows = kernels.flatMap((kernel) =>
  strides.flatMap((stride) => paddings.map((padding) => ({ kernel, stride, padding }))),
);
// Whole tiles and less, maps smaller than a window, a block of channels and some that are left.
const maps = [
  [3, 11, 14, 19],
  [2, 8, 7, 16],
  [1, 2, 1, 5],
] as const;

describe.each(windows)(
  'a depthwise convolution of $kernel by $stride, padding $padding',
  (window) => {
    it.each(maps)('equals its formula on %d images of %d x %d with %d channels', (...map) => {
      expect(hasOwnKernels()).toBe(true);
      const channels = map[3];
      const [x, filter] = [wave([...map], 0), wave([window.kernel, window.kernel, channels, 1], 1)];
      const own = (a: Tensor, b: Tensor) => ownDepthwiseConv(a as Tensor4D, b as Tensor4D, window);
      const plain = (a: Tensor, b: Tensor) => byFormula(a, b, window);
      const value = own(x, filter);
      const expected = plain(x, filter);
      expect(value.shape).toEqual(expected.shape);

      const dy = wave(expected.shape, 2);
      const received = numbersOf([value, ...tf.grads(own)([x, filter], dy)]);
      const wanted = numbersOf([expected, ...tf.grads(plain)([x, filter], dy)]);
      expect(received).toHaveLength(wanted.length);
      for (const [index, number] of wanted.entries())
        expect(Math.abs(received[index]! - number)).toBeLessThan(1e-5 * (1 + Math.abs(number)));
    });
  },
);

it('our own depthwise convolution serves where gradients are wanted, and its window is known', () => {
  const window = { kernel: 3, stride: 1, padding: 'same' } as const;
  expect(suitsOwnDepthwiseConv(window)).toBe(false);
  const whileRecording: boolean[] = [];
  tf.grad((x) => {
    whileRecording.push(
      suitsOwnDepthwiseConv(window),
      suitsOwnDepthwiseConv({ ...window, kernel: 7 }),
    );
    return tf.square(x);
  })(tf.scalar(1));
  expect(whileRecording).toEqual([true, false]);
});

it('a filter for other channels is refused', () => {
  const window = { kernel: 3, stride: 1, padding: 'same' } as const;
  expect(() => ownDepthwiseConv(tf.zeros([1, 4, 4, 8]), tf.zeros([3, 3, 6, 1]), window)).toThrow(
    'Expected a map of four axes and a filter for each of its channels',
  );
});
