import { beforeAll, describe, expect, it } from 'vitest';
import { gradientBy, lossAndGradients, type NamedVariable } from './gradients.js';
import { countTensors } from './memory.js';
import { useNativeEngine } from './native.js';
import { relu6 } from './relu.js';
import { tf } from './tf.js';
import type { Scalar, Tensor } from './tf.js';

beforeAll(async () => {
  await useNativeEngine();
});

const named = (name: string, values: number[]): NamedVariable => ({
  name,
  variable: tf.variable(tf.tensor1d(values)),
});

const numbersOf = (tensor: Tensor | undefined): number[] => [...(tensor?.dataSync() ?? [])];

describe('lossAndGradients', () => {
  it('gives the loss and the gradient of each parameter', () => {
    const a = named('a', [1, 2]);
    const b = named('b', [3, 5]);
    const { loss, gradients } = lossAndGradients(
      () => tf.sum(tf.mul(tf.square(a.variable), b.variable)),
      [a, b],
    );
    // Of a²b: 2ab and a².
    expect(numbersOf(loss)).toEqual([23]);
    expect(numbersOf(gradients.get('a'))).toEqual([6, 20]);
    expect(numbersOf(gradients.get('b'))).toEqual([1, 4]);
  });

  it('adds up what reaches a parameter on several ways', () => {
    const a = named('a', [2]);
    const { gradients } = lossAndGradients(() => {
      const square = tf.square(a.variable);
      return tf.sum(tf.add(tf.add(square, square), tf.mul(a.variable, 5)));
    }, [a]);
    // Of 2a² + 5a: 4a + 5.
    expect(numbersOf(gradients.get('a'))).toEqual([13]);
  });

  it('gives gradients of the listed parameters only, and zeros to one that the loss leaves out', () => {
    const [a, b, c] = [named('a', [1]), named('b', [2]), named('c', [3])];
    const { gradients } = lossAndGradients(() => tf.sum(tf.mul(a.variable, b.variable)), [b, c]);
    expect([...gradients.keys()]).toEqual(['b', 'c']);
    expect(numbersOf(gradients.get('b'))).toEqual([1]);
    expect(numbersOf(gradients.get('c'))).toEqual([0]);
  });

  it('has the gradients of TensorFlow.js on a small network', () => {
    const shapes = [
      [3, 3, 2, 4],
      [3, 3, 4, 1],
      [4, 3],
    ];
    const parameters = shapes.map((shape, index) => ({
      name: String(index),
      variable: tf.variable(tf.randomNormal(shape, 0, 1, 'float32', index)),
    }));
    const [filter, depthwise, matrix] = parameters.map(({ variable }) => variable) as never[];
    const x = tf.randomNormal([2, 9, 9, 2], 0, 1, 'float32', 9) as never;
    const loss = (): Scalar => {
      const first = relu6(tf.conv2d(x, filter!, 2, 'same'));
      const second = tf.add(first, tf.depthwiseConv2d(first, depthwise!, 1, 'same'));
      return tf.mean(tf.square(tf.matMul(tf.mean(second, [1, 2]), matrix!)));
    };
    const received = lossAndGradients(loss, parameters);
    const expected = tf.variableGrads(
      loss,
      parameters.map(({ variable }) => variable),
    );
    expect(numbersOf(received.loss)).toEqual(numbersOf(expected.value));
    for (const { name, variable } of parameters) {
      const theirs = numbersOf(expected.grads[variable.name]);
      for (const [index, value] of numbersOf(received.gradients.get(name)).entries()) {
        expect(value).toBeCloseTo(theirs[index]!, 5);
      }
    }
  });

  it('leaves the loss and the gradients behind and nothing else', () => {
    const a = named('a', [1, 2]);
    const before = countTensors();
    const { loss, gradients } = lossAndGradients(
      () => tf.mean(tf.square(relu6(tf.mul(a.variable, 3)))),
      [a],
    );
    expect(countTensors()).toBe(before + 2);
    tf.dispose([loss, ...gradients.values()]);
    expect(countTensors()).toBe(before);
  });

  it('leaves nothing behind, and still works, after a loss that throws', () => {
    const a = named('a', [4]);
    const before = countTensors();
    expect(() =>
      lossAndGradients(() => {
        tf.square(a.variable);
        throw new Error('no loss today');
      }, [a]),
    ).toThrow('no loss today');
    expect(countTensors()).toBe(before);
    const { gradients } = lossAndGradients(() => tf.sum(tf.square(a.variable)), [a]);
    expect(numbersOf(gradients.get('a'))).toEqual([8]);
  });
});

describe('gradientBy', () => {
  it('gives the gradient by a tensor on the way, and leaves nothing else behind', () => {
    const weight = tf.variable(tf.tensor1d([2, 3]));
    const x = tf.tensor1d([5, 7]);
    const before = countTensors();
    // Of w·x²: 2wx.
    const gradient = gradientBy(() => tf.sum(tf.mul(weight, tf.square(x))), x);
    expect(numbersOf(gradient)).toEqual([20, 42]);
    expect(countTensors()).toBe(before + 1);
    expect(numbersOf(x)).toEqual([5, 7]);
    tf.dispose([gradient, weight, x]);
  });
});
