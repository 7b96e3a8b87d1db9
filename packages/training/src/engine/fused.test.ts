import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Activation } from './activation.js';
import { plainBatchNorm, trainingBatchNorm, inferenceBatchNorm } from './batch-norm.js';
import { assertNoTensorLeak } from './memory.js';
import { useNativeEngine } from './native.js';
import { hasOwnKernels } from './own-kernels.js';
import { relu, relu6 } from './relu.js';
import type { RunningStatistics } from './running-statistics.js';
import { plainSoftmaxCrossEntropy, softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { tf } from './tf.js';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from './tf.js';

beforeAll(async () => {
  await useNativeEngine();
});

/** Waves of about ±8, so that ReLU6 has something to cut on both sides. */
const wave = (shape: number[], phase = 0): Tensor => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, index) => 8 * Math.sin(0.7 * index + phase)),
    shape,
  );
};

/** Runs `work` on the pure JavaScript backend, where only plain forms run. */
async function onPlainBackend<T>(work: () => T): Promise<T> {
  await tf.setBackend('cpu');
  try {
    return work();
  } finally {
    await tf.setBackend('tensorflow');
  }
}

const numbersOf = (tensors: Tensor | Tensor[]): number[] =>
  [tensors].flat().flatMap((tensor) => [...tensor.dataSync()]);

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(received[index]! - value)).toBeLessThan(2e-4 * (1 + Math.abs(value)));
  }
}

type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** Value and gradients of a function whose output is weighted by a wave, so that no two parts are alike. */
function valueAndGradients(of: TensorFunction, inputs: () => Tensor[]): number[] {
  const args = inputs();
  const value = of(...args);
  return [...numbersOf(value), ...numbersOf(tf.grads(of)(args, wave(value.shape, 2)))];
}

interface Case {
  readonly name: string;
  readonly fused: TensorFunction;
  readonly plain: TensorFunction;
  readonly inputs: () => Tensor[];
}

const targets = () => tf.tensor1d([2, 0, 1, 2], 'int32');
const normed = { epsilon: 1e-3 };
/** Batch norm of a batch by its own statistics, in one form. */
const normBy =
  (form: typeof trainingBatchNorm, activation: Activation): TensorFunction =>
  (x, scale, offset) =>
    form(x as Tensor4D, {
      scale: scale as Tensor1D,
      offset: offset as Tensor1D,
      activation,
      ...normed,
    });
const norms = (['none', 'relu', 'relu6'] as const).map((activation) => ({
  name: `batch norm, activation ${activation}`,
  fused: normBy(trainingBatchNorm, activation),
  plain: normBy(plainBatchNorm, activation),
  inputs: () => [wave([4, 5, 3, 6]), wave([6], 1), wave([6], 3)],
}));
const cases: readonly Case[] = [
  ...norms,
  { name: 'ReLU', fused: relu, plain: (x) => tf.relu(x), inputs: () => [wave([3, 50])] },
  { name: 'ReLU6', fused: relu6, plain: (x) => tf.relu6(x), inputs: () => [wave([3, 50])] },
  {
    name: 'softmax cross-entropy',
    fused: (logits) => softmaxCrossEntropy(logits as Tensor2D, targets()),
    plain: (logits) => plainSoftmaxCrossEntropy(logits as Tensor2D, targets()),
    inputs: () => [wave([4, 3])],
  },
];

describe.each(cases)('fused $name', ({ fused, plain, inputs }) => {
  it('has the value and the gradients of the plain form', () => {
    expectClose(valueAndGradients(fused, inputs), valueAndGradients(plain, inputs));
  });

  it('has the value and the gradients that pure JavaScript computes', async () => {
    const expected = await onPlainBackend(() => valueAndGradients(plain, inputs));
    expectClose(valueAndGradients(fused, inputs), expected);
  });

  it('falls back to the plain form on another backend', async () => {
    const fallback = await onPlainBackend(() => valueAndGradients(fused, inputs));
    expectClose(fallback, valueAndGradients(plain, inputs));
  });

  it('leaves no tensor behind', async () => {
    await assertNoTensorLeak(() => {
      tf.tidy(() => {
        valueAndGradients(fused, inputs);
      });
    });
  });
});

/** The same numbers as means and as variances. */
const runningStatistics = (numbers: number[], share: number): RunningStatistics => ({
  mean: tf.variable(tf.tensor1d(numbers)),
  variance: tf.variable(tf.tensor1d(numbers)),
  share,
});

describe('trainingBatchNorm', () => {
  it.each([['tensorflow'], ['cpu']])(
    'moves running statistics by unbiased ones on %s',
    async (backend) => {
      await tf.setBackend(backend);
      try {
        const running = runningStatistics([10, 20], 0.25);
        // Channel 0 is 1, 2, 3, 6: mean 3, sum of squares 14, so 14/3. Channel 1 is twice that.
        const x = tf.tensor4d([1, 2, 2, 4, 3, 6, 6, 12], [2, 2, 1, 2]);
        trainingBatchNorm(x, {
          scale: tf.tensor1d([1, 1]),
          offset: tf.tensor1d([0, 0]),
          epsilon: 1e-3,
          running,
        });
        const expected = [3, 6, 14 / 3, 56 / 3].map(
          (now, i) => 0.75 * [10, 20][i % 2]! + 0.25 * now,
        );
        expectClose(numbersOf([running.mean, running.variance]), expected);
      } finally {
        await tf.setBackend('tensorflow');
      }
    },
  );
});

describe('trainingBatchNorm in one operation', () => {
  beforeEach(({ skip }) => {
    skip(!hasOwnKernels(), 'the set-up could not build it here');
  });

  it('has statistics as of double precision where a channel has many numbers far from zero', () => {
    // 1000 and 1000 ± 1 in turn: mean 1000, biased variance 2/3.
    const numbers = Float32Array.from({ length: 300_000 }, (_, index) => 1000 + (index % 3) - 1);
    const running = runningStatistics([0], 1);
    tf.tidy(() => {
      trainingBatchNorm(tf.tensor4d(numbers, [1, 300, 1000, 1]), {
        scale: tf.tensor1d([1]),
        offset: tf.tensor1d([0]),
        epsilon: 1e-3,
        running,
      });
    });
    const [mean, variance] = numbersOf([running.mean, running.variance]);
    expect(mean).toBe(1000);
    expect(variance).toBeCloseTo(200_000 / 299_999, 6);
  });

  it('lets numbers that are none through the activation', () => {
    const y = tf.tidy(() =>
      normBy(trainingBatchNorm, 'relu6')(
        tf.tensor4d([1, NaN, 2, 3], [1, 2, 1, 2]),
        tf.tensor1d([1, 1]),
        tf.tensor1d([0, 0]),
      ),
    );
    expect(numbersOf(y).map(Number.isNaN)).toEqual([false, true, false, true]);
  });

  it('says what it expects of shapes', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2]);
    expect(() =>
      normBy(trainingBatchNorm, 'none')(x, tf.tensor1d([1]), tf.tensor1d([0, 0])),
    ).toThrow('Expected statistics, scale and offset with a number for each channel');
  });
});

describe('inferenceBatchNorm', () => {
  it('normalises with the statistics it is given', () => {
    const vector = (value: number) => tf.tensor1d([value]);
    const y = inferenceBatchNorm(tf.tensor4d([5, 9], [1, 2, 1, 1]), {
      mean: vector(1),
      variance: vector(3),
      scale: vector(10),
      offset: vector(0.5),
      epsilon: 1,
    });
    // (5 - 1) / sqrt(3 + 1) * 10 + 0.5, and (9 - 1) / 2 * 10 + 0.5
    expectClose(numbersOf(y), [20.5, 40.5]);
  });

  it.each(['none', 'relu6'] as const)(
    'has the gradients of the formula, activation %s',
    (activation) => {
      const given = { mean: tf.tensor1d([1, -2, 3]), variance: tf.tensor1d([4, 0.5, 9]) };
      const inputs = () => [wave([2, 3, 2, 3]), wave([3], 1), wave([3], 3)];
      const composed: TensorFunction = (x, scale, offset) => {
        const deviation = tf.sqrt(tf.add(given.variance, 1e-3));
        const y = tf.add(tf.mul(tf.div(tf.sub(x, given.mean), deviation), scale), offset);
        return activation === 'relu6' ? tf.relu6(y) : y;
      };
      const single: TensorFunction = (x, scale, offset) =>
        inferenceBatchNorm(x as Tensor4D, {
          ...given,
          scale: scale as Tensor1D,
          offset: offset as Tensor1D,
          epsilon: 1e-3,
          activation,
        });
      expectClose(valueAndGradients(single, inputs), valueAndGradients(composed, inputs));
    },
  );
});
