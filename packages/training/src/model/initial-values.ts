import { uniforms, type Draw } from '../data/random.js';

/** Gives the values that a new tensor of `size` numbers starts with. */
export type InitialValues = (size: number, at: Draw) => Float32Array;

/** The same number everywhere. */
export const constant =
  (value: number): InitialValues =>
  (size) =>
    new Float32Array(size).fill(value);

/**
 * Normal numbers that keep the variance of activations through a ReLU (He et al., 2015).
 * `fan` is the number of inputs (or outputs) of a unit.
 */
export const kaimingNormal =
  (fan: number): InitialValues =>
  (size, at) => {
    const deviation = Math.sqrt(2 / fan);
    const next = normals(at);
    return Float32Array.from({ length: size }, () => deviation * next());
  };

/** Standard normal numbers by Box and Muller's method. */
function normals(at: Draw): () => number {
  const next = uniforms(at);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // 1 - u is in (0, 1]: its logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
