import { nativeBackend } from '../native-kernel.js';
import { tf } from '../tf.js';
import type { Tensor, Tensor4D } from '../tf.js';
import { foldBatchNorms } from './fold-batch-norm.js';
import { type EncodedGraph, encodeGraph, runGraph } from './sessions.js';
import { type GraphInput, traceKernels } from './trace.js';

/** How far a graph's numbers may be off, as a share of the largest: folding rounds otherwise, a wrong graph is wrong. */
const TOLERANCE = 1e-3;

type Forward = (inputs: Tensor4D) => Tensor4D;

interface Compiled {
  readonly graph: EncodedGraph;
  /** What the graph is given beside the images. */
  readonly weights: readonly Tensor[];
}

/**
 * A forward pass as one TensorFlow graph, which TensorFlow optimises as a whole: convolution, bias and activation
 * become one kernel, and nothing goes back and forth between operations and JavaScript. Weights are
 * inputs of the graph, so it follows them as they learn. It is for evaluation: it has no gradient.
 *
 * The graph is what the operations of one pass were. A pass that is not the same for every input, because it
 * reads numbers and decides by them, is noticed by comparing both on other images, and runs as it is.
 */
export class CompiledForward {
  readonly #forward: Forward;
  readonly #weights: readonly Tensor[];
  /** By the shape of an image; null where no graph does the same. */
  readonly #compiled = new Map<string, Compiled | null>();

  /** `weights` are all tensors that `forward` uses and that may change. */
  constructor(forward: Forward, weights: readonly Tensor[]) {
    this.#forward = forward;
    this.#weights = weights;
  }

  /** The same as the forward pass, to 1e-5 or so. The first time for a shape of images takes about a second more. */
  run(inputs: Tensor4D): Tensor4D {
    const shape = inputs.shape.slice(1).join('x');
    let compiled = this.#compiled.get(shape);
    if (compiled === undefined) {
      compiled = this.#compile(inputs);
      this.#compiled.set(shape, compiled);
    }
    return compiled === null ? this.#forward(inputs) : runCompiled(compiled, inputs);
  }

  #compile(inputs: Tensor4D): Compiled | null {
    const [image, others] = examples(inputs);
    try {
      const compiled = this.#trace(image);
      return this.#isSame(compiled, others) ? compiled : null;
    } catch {
      // Whatever a graph of it cannot do, the pass itself can; if not, it says why when it runs.
      return null;
    } finally {
      tf.dispose([image, others]);
    }
  }

  #trace(image: Tensor4D): Compiled {
    const images: GraphInput = {
      name: 'images',
      tensor: image,
      shape: [-1, ...image.shape.slice(1)],
    };
    const weights = this.#weights.map((tensor, index) => {
      return { name: `weight_${index}`, tensor, shape: tensor.shape };
    });
    const { nodes, output, value } = traceKernels([images, ...weights], () =>
      tf.tidy(() => this.#forward(image)),
    );
    value.dispose();
    const used = new Set(nodes.map(({ name }) => name));
    const given = weights.filter(({ name }) => used.has(name));
    const inputs = [images, ...given].map(({ name }) => name);
    const graph = encodeGraph(foldBatchNorms(nodes), { inputs, output });
    return { graph, weights: given.map(({ tensor }) => tensor) };
  }

  #isSame(compiled: Compiled, inputs: Tensor4D): boolean {
    return tf.tidy(() => {
      const expected = this.#forward(inputs);
      const received = runCompiled(compiled, inputs);
      if (received.shape.join() !== expected.shape.join()) return false;
      const [furthest] = tf.max(tf.abs(tf.sub(expected, received))).dataSync<'float32'>();
      const [largest] = tf.max(tf.abs(expected)).dataSync<'float32'>();
      return furthest! <= TOLERANCE * largest!;
    });
  }
}

/** Whether passes can be compiled here. Graphs take their inputs from the processor's memory. */
export function canCompile(): boolean {
  const backend = nativeBackend();
  return backend !== null && !backend.isUsingGpuDevice;
}

function runCompiled({ graph, weights }: Compiled, inputs: Tensor4D): Tensor4D {
  return runGraph(graph, [inputs, ...weights]) as Tensor4D;
}

/** An image, and two others: as many as no graph that remembers their number would take. */
function examples(inputs: Tensor4D): [Tensor4D, Tensor4D] {
  return tf.tidy(() => {
    const last = inputs.shape[0] - 1;
    const image = tf.slice(inputs, 0, 1);
    const mirrored = tf.reverse(image, 2);
    return [image, tf.concat([mirrored, tf.slice(inputs, last, 1)])];
  });
}
