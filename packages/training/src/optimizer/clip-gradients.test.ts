import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countTensors } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import { clipGradients } from './clip-gradients.js';

interface GoldenCase {
  readonly maxNorm: number;
  readonly norm: number;
  readonly clipped: readonly (readonly number[])[];
}

/** PyTorch's `clip_grad_norm_` on three gradients: `bench/reference/train-steps.py`. */
const golden = JSON.parse(
  readFileSync(new URL('clip-gradients.golden.json', import.meta.url), 'utf8'),
) as GoldenCase[];

beforeAll(async () => {
  await useNativeEngine();
});

const drawGradients = () =>
  new Map(
    [5, 3, 1].map((length, phase) => [
      `gradient ${phase}`,
      tf.tensor1d(Array.from({ length }, (_, index) => Math.sin(0.37 * index * index + phase))),
    ]),
  );

describe('clipGradients', () => {
  it.each(golden)('does as PyTorch does with gradients of norm $norm for $maxNorm', (expected) => {
    const clipped = [...clipGradients(drawGradients(), expected.maxNorm).values()];
    for (const [index, values] of expected.clipped.entries()) {
      const received = clipped[index]!.dataSync();
      for (const [at, value] of values.entries()) expect(received[at]).toBeCloseTo(value, 6);
    }
  });

  it('leaves gradients of zero at zero', () => {
    const clipped = clipGradients(new Map([['only', tf.zeros([2])]]), 1);
    expect([...clipped.get('only')!.dataSync()]).toEqual([0, 0]);
  });

  it('takes the place of the tensors it was given', () => {
    const before = countTensors();
    const clipped = clipGradients(drawGradients(), 1);
    expect(countTensors()).toBe(before + 3);
    tf.dispose([...clipped.values()]);
    expect(countTensors()).toBe(before);
  });
});
