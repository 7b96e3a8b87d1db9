import { tf } from './tf.js';
import type { Tensor } from './tf.js';

/** The numbers of a float32 tensor, off the engine. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Copies a tensor's numbers, bit for bit. */
export const numbersOf = (tensor: Tensor): Numbers => ({
  shape: [...tensor.shape],
  data: tensor.dataSync<'float32'>().slice(),
});

/** A tensor of those numbers, which is the caller's. */
export const tensorOf = ({ shape, data }: Numbers): Tensor =>
  tf.tensor(data, [...shape], 'float32');
