import { beforeAll, expect, it, vi } from 'vitest';
import { plainBatchNorm, trainingBatchNorm } from './batch-norm.js';
import { useNativeEngine } from './native.js';
import { hasOwnKernels } from './own-kernels.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor4D } from './tf.js';

// As on a machine without a compiler.
vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  existsSync: () => false,
}));

beforeAll(async () => {
  await useNativeEngine();
});

it('batch norm is made of TensorFlow’s operations, with the same value and gradients', () => {
  expect(hasOwnKernels()).toBe(false);
  const wave = (shape: number[], phase: number) =>
    tf.sin(tf.add(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), 0.7), phase)).reshape(shape);
  const inputs = [wave([4, 5, 3, 6], 0), wave([6], 1), wave([6], 3)];
  const outcome = (form: typeof trainingBatchNorm) => {
    const norm = (x: Tensor, scale: Tensor, offset: Tensor) =>
      form(x as Tensor4D, {
        scale: scale as Tensor1D,
        offset: offset as Tensor1D,
        epsilon: 1e-3,
        activation: 'relu6',
      });
    const value = norm(inputs[0]!, inputs[1]!, inputs[2]!);
    const gradients = tf.grads(norm)(inputs, wave([4, 5, 3, 6], 2));
    return [value, ...gradients].flatMap((tensor) => [...tensor.dataSync()]);
  };
  const expected = outcome(plainBatchNorm);
  for (const [index, number] of outcome(trainingBatchNorm).entries())
    expect(number).toBeCloseTo(expected[index]!, 3);
});
