import { beforeAll, describe, expect, it } from 'vitest';
import { type AdamMemory, adamMemory, plainAdamMemory } from './adam-memory.js';
import { assertNoTensorLeak } from './memory.js';
import { useNativeEngine } from './native.js';
import { tf } from './tf.js';
import type { Tensor1D } from './tf.js';

beforeAll(async () => {
  await useNativeEngine();
});

const SIZE = 1000;
const wave = (phase: number) =>
  tf.tensor1d(Float32Array.from({ length: SIZE }, (_, index) => Math.sin(0.7 * index + phase)));

/** Takes five steps with moving rate and momentum; returns the parameter's values after each. */
function fiveSteps(memory: AdamMemory): number[][] {
  let value = wave(0);
  const values: number[][] = [];
  for (let step = 0; step < 5; step += 1) {
    const gradient = wave(1 + step);
    const [rate, momentum] = [1e-3 * (step + 1), 0.95 - 0.02 * step];
    value = memory.take({ value, gradient, rate, momentum, ...CONSTANT }) as Tensor1D;
    values.push([...value.dataSync()]);
    gradient.dispose();
  }
  value.dispose();
  return values;
}

const CONSTANT = { squaredMomentum: 0.99, epsilon: 1e-5 };
const NUMBERS = { rate: 0.1, momentum: 0.9, ...CONSTANT };

describe('adamMemory', () => {
  it('moves values as the operations that it stands for', () => {
    const [memory, plain] = [adamMemory([SIZE]), plainAdamMemory([SIZE])];
    const received = fiveSteps(memory);
    const expected = fiveSteps(plain);
    for (const [step, numbers] of expected.entries())
      for (const [index, number] of numbers.entries())
        expect(Math.abs(received[step]![index]! - number)).toBeLessThan(1e-6);
    memory.dispose();
    plain.dispose();
  });

  it.each([
    ['of resources', adamMemory],
    ['of tensors', plainAdamMemory],
  ])('%s is copied as it is, and goes its own way from there', (_kind, memoryOf) => {
    const memory = memoryOf([SIZE]);
    memory.take({ value: wave(0), gradient: wave(1), ...NUMBERS }).dispose();
    const copy = memory.copy();
    const next = (of: AdamMemory) => [
      ...of.take({ value: wave(0), gradient: wave(2), ...NUMBERS }).dataSync(),
    ];
    const first = next(memory);
    expect(next(memory)).not.toEqual(first);
    expect(next(copy)).toEqual(first);
    memory.dispose();
    copy.dispose();
  });

  it('leaves alone what else holds the value', () => {
    const memory = adamMemory([SIZE]);
    const value = wave(0);
    const held = tf.clone(value);
    const before = [...held.dataSync()];
    const next = memory.take({ value, gradient: wave(1), ...NUMBERS });
    expect([...next.dataSync()]).not.toEqual(before);
    expect([...held.dataSync()]).toEqual(before);
    memory.dispose();
  });

  it('leaves no tensor behind once disposed of', async () => {
    await assertNoTensorLeak(() => {
      const memory = adamMemory([SIZE]);
      fiveSteps(memory);
      const copy = memory.copy();
      fiveSteps(copy);
      memory.dispose();
      copy.dispose();
      return Promise.resolve();
    });
  });
});
