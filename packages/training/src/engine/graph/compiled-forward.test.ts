import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../gradients.js';
import { inferenceBatchNorm } from '../batch-norm.js';
import { hookKernels } from '../kernel-hook.js';
import { useNativeEngine } from '../native.js';
import { tf } from '../tf.js';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '../tf.js';
import { CompiledForward } from './compiled-forward.js';

beforeAll(async () => {
  await useNativeEngine();
});

const draw = (shape: number[], seed: number): Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);
const images = (count: number): Tensor4D => draw([count, 8, 8, 3], count) as Tensor4D;

/** Two convolutions, each with batch norm and ReLU6 behind it. */
function network() {
  const weights = {
    plain: tf.variable(draw([3, 3, 3, 4], 1)),
    byChannel: tf.variable(draw([3, 3, 4, 1], 2)),
    scale: tf.variable(draw([4], 3)),
    offset: tf.variable(draw([4], 4)),
    mean: tf.variable(draw([4], 5)),
    variance: tf.variable(tf.abs(draw([4], 6))),
  };
  const normed = (x: Tensor4D): Tensor4D => {
    const { mean, variance, scale, offset } = weights as unknown as Record<string, Tensor1D>;
    const norm = { mean: mean!, variance: variance!, scale: scale!, offset: offset! };
    return tf.relu6(inferenceBatchNorm(x, { ...norm, epsilon: 1e-3 }));
  };
  const forward = (x: Tensor4D): Tensor4D =>
    tf.tidy(() => {
      const wide = normed(tf.conv2d(x, weights.plain as never, 2, 'same'));
      return normed(tf.depthwiseConv2d(wide, weights.byChannel as never, 1, 'same'));
    });
  return { weights, forward, compiled: new CompiledForward(forward, Object.values(weights)) };
}

/** How far apart two tensors are, as a share of the larger's largest number. */
const distance = (a: Tensor, b: Tensor): number =>
  tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!);

/** The kinds of operations that some work runs one by one. */
function kernelsOf(work: () => void): string[] {
  const kernels: string[] = [];
  const unhook = hookKernels(({ kernel, run }) => {
    kernels.push(kernel);
    return run();
  });
  work();
  unhook();
  return kernels;
}

describe('a compiled forward pass', () => {
  it('gives what the pass gives, for any number of images', () => {
    const { forward, compiled } = network();
    for (const count of [4, 1, 7])
      expect(distance(compiled.run(images(count)), forward(images(count)))).toBeLessThan(1e-5);
  });

  it('runs as one graph, without an operation of its own', () => {
    const { compiled } = network();
    const batch = images(4);
    compiled.run(batch);
    expect(kernelsOf(() => compiled.run(batch))).toEqual(['Graph']);
  });

  it('follows its weights and statistics as they change', () => {
    const { weights, forward, compiled } = network();
    const batch = images(4);
    const before = compiled.run(batch);
    weights.plain.assign(tf.mul(weights.plain, 0.5));
    weights.variance.assign(tf.add(weights.variance, 1));
    expect(distance(compiled.run(batch), forward(batch))).toBeLessThan(1e-5);
    expect(distance(before, forward(batch))).toBeGreaterThan(1e-2);
  });

  it('takes images of another size as well', () => {
    const { forward, compiled } = network();
    compiled.run(images(2));
    const larger = draw([2, 12, 10, 3], 9) as Tensor4D;
    expect(distance(compiled.run(larger), forward(larger))).toBeLessThan(1e-5);
  });

  it('runs as it is where it decides by what it reads', () => {
    // What it adds depends on the image: a graph of it would have remembered the first one's.
    const forward = (x: Tensor4D): Tensor4D => tf.tidy(() => tf.add(x, x.dataSync()[0]!));
    const compiled = new CompiledForward(forward, []);
    const batch = images(3);
    expect(distance(compiled.run(batch), forward(batch))).toBe(0);
    expect(kernelsOf(() => compiled.run(batch))).toEqual(['Add']);
  });

  it('runs as it is where no graph can say what it does', () => {
    const forward = (x: Tensor4D): Tensor4D =>
      tf.tidy(() => tf.where(tf.greater(x, tf.tensor(true).cast('float32')), x, tf.neg(x)));
    const compiled = new CompiledForward(forward, []);
    expect(distance(compiled.run(images(2)), forward(images(2)))).toBe(0);
  });

  it('says what is wrong where the pass itself fails', () => {
    const failing = new CompiledForward(() => {
      throw new Error('no such layer');
    }, []);
    expect(() => failing.run(images(1))).toThrow('no such layer');
  });

  it('leaves no tensors behind but what it gives', () => {
    const { compiled } = network();
    const batch = images(4);
    const before = tf.memory().numTensors;
    compiled.run(batch).dispose();
    compiled.run(batch).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stays out of the way of gradients', () => {
    const { weights, forward, compiled } = network();
    const batch = images(2);
    compiled.run(batch);
    const { loss, gradients } = lossAndGradients(
      () => tf.sum<Scalar>(forward(batch)),
      [{ name: 'plain', variable: weights.plain }],
    );
    expect(loss.dataSync()[0]).toBeGreaterThan(0);
    expect(gradients.get('plain')!.shape).toEqual([3, 3, 3, 4]);
  });
});
