import { beforeAll, describe, expect, it } from 'vitest';
import { countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { GradientAccumulator } from './gradient-accumulator.js';

beforeAll(async () => {
  await useNativeEngine();
});

const gradients = (...values: number[]) => new Map([['weight', tf.tensor1d(values)]]);

describe('GradientAccumulator', () => {
  it('gives the mean over all items: larger batches count more', () => {
    const accumulator = new GradientAccumulator(3);
    expect(accumulator.add(gradients(1, 2), 8)).toBeNull();
    expect(accumulator.add(gradients(3, 2), 8)).toBeNull();
    const mean = accumulator.add(gradients(9, -8), 4)!.get('weight')!;
    // (8 * 1 + 8 * 3 + 4 * 9) / 20 and (8 * 2 + 8 * 2 - 4 * 8) / 20
    const [first, second] = mean.dataSync();
    expect(first).toBeCloseTo(3.4, 6);
    expect(second).toBeCloseTo(0, 6);
  });

  it('begins anew after each time, and after being cleared', () => {
    const accumulator = new GradientAccumulator(2);
    accumulator.add(gradients(100), 1);
    accumulator.clear();
    for (const value of [4, 7]) {
      accumulator.add(gradients(value), 2);
      const mean = accumulator.add(gradients(value), 2)!.get('weight')!;
      expect(mean.dataSync()[0]).toBe(value);
    }
  });

  it('hands the gradients of a single batch on as they are', () => {
    const given = gradients(1);
    expect(new GradientAccumulator(1).add(given, 8)).toBe(given);
  });

  it('holds one tensor a parameter while it waits, and none afterwards', () => {
    const before = countTensors();
    const accumulator = new GradientAccumulator(3);
    accumulator.add(gradients(1), 1);
    accumulator.add(gradients(2), 1);
    expect(countTensors()).toBe(before + 1);
    tf.dispose([...accumulator.add(gradients(3), 1)!.values()]);
    expect(countTensors()).toBe(before);
    accumulator.add(gradients(1), 1);
    accumulator.clear();
    expect(countTensors()).toBe(before);
  });
});
