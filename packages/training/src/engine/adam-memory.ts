import { nativeBackend, runKernel } from './native-kernel.js';
import { tf } from './tf.js';
import type { Tensor } from './tf.js';

/** One step of Adam on one parameter. */
export interface AdamStep {
  /** The parameter's value, decayed already. */
  readonly value: Tensor;
  /** Of the same shape. */
  readonly gradient: Tensor;
  /** Rate, corrected for both means having begun at zero. */
  readonly rate: number;
  /** Share of the old mean that is kept. */
  readonly momentum: number;
  /** Share of the old mean of squares that is kept. */
  readonly squaredMomentum: number;
  /** Added to the root of the mean of squares, corrected likewise. */
  readonly epsilon: number;
}

/** What Adam remembers of a parameter: running means of its gradient and of the gradient's square, from zero. */
export interface AdamMemory {
  /**
   * Moves both means towards the gradient. Consumes `value`, and returns it moved against
   * `mean / (√square + epsilon)`, which is the caller's.
   */
  take(step: AdamStep): Tensor;
  /** Both means as they are now, which are the caller's. */
  means(): { readonly mean: Tensor; readonly square: Tensor };
  copy(): AdamMemory;
  dispose(): void;
}

/** An empty memory of a parameter of this shape. Holds tensors: call `dispose` when done. */
export function adamMemory(shape: readonly number[]): AdamMemory {
  return adamMemoryOf(tf.zeros([...shape]), tf.zeros([...shape]));
}

/** A memory with these means, which it consumes. Holds tensors: call `dispose` when done. */
export function adamMemoryOf(mean: Tensor, square: Tensor): AdamMemory {
  const backend = nativeBackend();
  // Whether a card takes resources as they are handed over here was never tried.
  return backend === null || backend.isUsingGpuDevice
    ? plainMemory(mean, square)
    : nativeMemory(mean, square);
}

/** The same as `adamMemory`, composed of ordinary operations: a dozen passes over memory for one. */
export function plainAdamMemory(shape: readonly number[]): AdamMemory {
  return plainMemory(tf.zeros([...shape]), tf.zeros([...shape]));
}

function plainMemory(mean: Tensor, square: Tensor): AdamMemory {
  let means = [tf.keep(mean), tf.keep(square)] as const;
  const mix = (before: Tensor, now: Tensor, share: number) =>
    tf.keep(tf.add(tf.mul(before, share), tf.mul(now, 1 - share)));
  return {
    take({ value, gradient, rate, momentum, squaredMomentum, epsilon }) {
      return tf.tidy(() => {
        const old = means;
        means = [
          mix(old[0], gradient, momentum),
          mix(old[1], tf.square(gradient), squaredMomentum),
        ];
        tf.dispose([...old]);
        const root = tf.add(tf.sqrt(means[1]), epsilon);
        const next = tf.sub(value, tf.div(tf.mul(means[0], rate), root));
        value.dispose();
        return next;
      });
    },
    means: () => ({ mean: tf.clone(means[0]), square: tf.clone(means[1]) }),
    copy: () => plainMemory(tf.clone(means[0]), tf.clone(means[1])),
    dispose() {
      tf.dispose([...means]);
    },
  };
}

/** TensorFlow's kernel changes resources: memory that has a handle, and is not moved. */
function nativeMemory(mean: Tensor, square: Tensor): AdamMemory {
  const moved = resource(mean.shape);
  const means = [mean, square].map((tensor) => {
    const handle = resource(tensor.shape);
    assign(handle, tensor);
    return handle;
  });
  return {
    take({ value, gradient, rate, momentum, squaredMomentum, epsilon }) {
      assign(moved, value);
      tf.tidy(() => {
        // The powers by which TensorFlow would correct are zero: `rate` and `epsilon` are exact.
        const numbers = [0, 0, rate, momentum, squaredMomentum, epsilon];
        runKernel({
          kernel: 'ResourceApplyAdam',
          inputs: [moved, ...means, ...numbers.map((number) => tf.scalar(number)), gradient],
          outputs: 0,
          types: { T: 'float32' },
          flags: { use_locking: false, use_nesterov: false },
        });
      });
      return read(moved);
    },
    means() {
      const [meanNow, squareNow] = means.map(read);
      return { mean: meanNow!, square: squareNow! };
    },
    copy() {
      const now = this.means();
      return nativeMemory(now.mean, now.square);
    },
    dispose() {
      tf.dispose([moved, ...means]);
    },
  };
}

/** TensorFlow's name for a resource without one: it ends with its handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';
const FLOAT = { types: { dtype: 'float32' } } as const;

function resource(shape: readonly number[]): Tensor {
  const words = { shared_name: ANONYMOUS, container: '' };
  const call = { kernel: 'VarHandleOp', inputs: [], outputs: 1, ...FLOAT, words };
  return tf.keep(runKernel({ ...call, shapes: { shape } })[0]!);
}

/** Consumes `tensor`: its memory is changed in place from now on, or copied first where others hold it. */
function assign(handle: Tensor, tensor: Tensor): void {
  runKernel({ kernel: 'AssignVariableOp', inputs: [handle, tensor], outputs: 0, ...FLOAT });
  tensor.dispose();
}

const read = (handle: Tensor): Tensor =>
  runKernel({ kernel: 'ReadVariableOp', inputs: [handle], outputs: 1, ...FLOAT })[0]!;
