import { expect } from 'vitest';
import { tf } from '../engine/tf.js';
import type { Tensor, Tensor4D } from '../engine/tf.js';
import type { StoredTensor } from './safetensors.js';

/** Some numbers of a tensor, evenly spread, and its norm, as `bench/reference` writes them. */
export interface Sampled {
  readonly norm: number;
  readonly step: number;
  readonly values: readonly number[];
}

/** The images of `bench/reference/formulas.py`. [batch, side, side, 3] */
export function drawnImages(batch: number, side: number): Tensor4D {
  const pixels = new Float32Array(batch * side * side * 3);
  let index = 0;
  for (let item = 0; item < batch; item += 1) {
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        for (let colour = 0; colour < 3; colour += 1) {
          pixels[index] = Math.sin(
            y * (7.3 + 1.1 * colour + 0.7 * item) + x * x * (3.7 + 0.3 * item) + colour + item,
          );
          index += 1;
        }
      }
    }
  }
  return tf.tensor4d(pixels, [batch, side, side, 3]);
}

/**
 * The weights of `bench/reference/formulas.py`: each tensor from its name and its shape in files.
 * `centre` is around which biases are.
 */
export function drawnTensor(name: string, shape: readonly number[], centre = 0): StoredTensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const phase = Buffer.from(name).reduce((sum, byte) => sum + byte, 0) % 1000;
  const toValue = valueOf(name, shape, size);
  const around = name.endsWith('bias') ? centre : 0;
  const data = Float32Array.from(
    { length: size },
    (_, index) => around + toValue(Math.sin(0.37 * index * index + phase)),
  );
  return { dtype: 'F32', shape, data };
}

function valueOf(name: string, shape: readonly number[], size: number): (wave: number) => number {
  if (name.endsWith('running_var')) return (wave) => 1 + 0.5 * wave * wave;
  if (shape.length > 1) return (wave) => wave * Math.sqrt(4 / (size / shape[0]!));
  return name.endsWith('weight') ? (wave) => 1 + 0.1 * wave : (wave) => 0.1 * wave;
}

/** Demands that every sampled number is there, up to `tolerance` times the root mean square. */
export function expectSampled(tensor: Tensor, sampled: Sampled, tolerance: number): void {
  const { norm, distances } = compare(tensor, sampled);
  expect(Math.abs(norm)).toBeLessThan(tolerance);
  expect(Math.max(...distances)).toBeLessThan(tolerance);
}

/**
 * How far a tensor is from what it should be: its norm, or the root mean square of the sampled numbers'
 * distances, whichever is further.
 */
export function distanceOnTheWhole(tensor: Tensor, sampled: Sampled): number {
  const { norm, distances } = compare(tensor, sampled);
  return Math.max(Math.abs(norm), Math.hypot(...distances) / Math.sqrt(distances.length));
}

/** How far norm and numbers are from what they should be, relative to the norm and the root mean square. */
function compare(tensor: Tensor, { norm, step, values }: Sampled) {
  const numbers = tensor.dataSync();
  const scale = norm / Math.sqrt(numbers.length);
  return {
    norm: (Math.hypot(...chunkNorms(numbers)) - norm) / norm,
    distances: values.map((value, index) => Math.abs(numbers[index * step]! - value) / scale),
  };
}

/** `Math.hypot` takes no million arguments. */
function chunkNorms(numbers: ArrayLike<number>): number[] {
  const all = Array.from(numbers);
  return Array.from({ length: Math.ceil(all.length / 1000) }, (_, index) =>
    Math.hypot(...all.slice(index * 1000, (index + 1) * 1000)),
  );
}
