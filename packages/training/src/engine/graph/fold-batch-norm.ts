import { nativeBackend } from '../native-kernel.js';
import type { GraphAttribute, GraphNode } from './graph-node.js';

const CONVOLUTIONS: readonly string[] = ['Conv2D', 'DepthwiseConv2dNative'];

/**
 * Has convolutions do the work of the batch norm behind them: with scale s, offset o and statistics m, v of
 * each channel, s (w * x − m) / √(v + ε) + o is a convolution with w s / √(v + ε) and the bias
 * o − m s / √(v + ε). Weights are small, activations are not; and TensorFlow has convolution, bias and
 * activation in one kernel.
 */
export function foldBatchNorms(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return nodes.flatMap((node) => {
    const before = byName.get(node.inputs[0] ?? '');
    return before !== undefined && isFoldable(before, node) ? folded(before, node) : [node];
  });
}

/** What nothing needs any more, as a convolution that was folded, TensorFlow leaves out by itself. */
function isFoldable(convolution: GraphNode, { kernel, attributes }: GraphNode): boolean {
  return (
    kernel === 'FusedBatchNormV3' &&
    attributes['is_training']?.value === false &&
    CONVOLUTIONS.includes(convolution.kernel) &&
    convolution.attributes['data_format']?.value === 'NHWC'
  );
}

/** The last of the nodes has the name of the batch norm, whose first output it replaces. */
function folded(convolution: GraphNode, norm: GraphNode): GraphNode[] {
  const { TF_INT32 } = nativeBackend()!.binding;
  const [image, weights] = convolution.inputs as [string, string];
  const [, scale, offset, mean, variance] = norm.inputs as [string, string, string, string, string];
  const draft = new Draft(norm.name);
  const { value: epsilon } = norm.attributes['epsilon']!;
  const epsilonNode = draft.constant('epsilon', [], new Float32Array([Number(epsilon)]));
  const deviation = draft.add('rsqrt', 'Rsqrt', [
    draft.add('variance', 'AddV2', [variance, epsilonNode]),
  ]);
  let factor = draft.add('factor', 'Mul', [deviation, scale]);
  const bias = draft.add('bias', 'Sub', [offset, draft.add('shift', 'Mul', [mean, factor])]);
  // Weights end in the channels that come out; where they are by channel, in [channels, 1].
  if (convolution.kernel !== 'Conv2D') {
    const shape = draft.constant('shape', [2], new Int32Array([-1, 1]));
    const Tshape = { kind: 'type', value: TF_INT32 } as const;
    factor = draft.add('column', 'Reshape', [factor, shape], { Tshape });
  }
  const product = draft.add('weights', 'Mul', [weights, factor]);
  const { kernel, attributes } = convolution;
  const map = draft.add('convolution', kernel, [image, product], attributes);
  draft.add('', 'BiasAdd', [map, bias]);
  return draft.nodes;
}

/** Nodes of single-precision floats, named after what they are for. */
class Draft {
  readonly nodes: GraphNode[] = [];
  readonly #prefix: string;
  readonly #types = nativeBackend()!.binding;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Without a part, the node has the prefix itself for its name. */
  add(part: string, ...[kernel, inputs, more = {}]: NodeRest): string {
    const T = { kind: 'type', value: this.#types.TF_FLOAT } as const;
    return this.#push({ part, kernel, inputs, attributes: { T, ...more } });
  }

  constant(part: string, shape: number[], data: Float32Array | Int32Array): string {
    const type = data instanceof Float32Array ? this.#types.TF_FLOAT : this.#types.TF_INT32;
    const value = { kind: 'tensor', value: { type, shape, data } } as const;
    const attributes = { dtype: { kind: 'type', value: type }, value } as const;
    return this.#push({ part, kernel: 'Const', inputs: [], attributes });
  }

  #push({ part, ...node }: Omit<GraphNode, 'name'> & { readonly part: string }): string {
    const name = part === '' ? this.#prefix : `${this.#prefix}/${part}`;
    this.nodes.push({ name, ...node });
    return name;
  }
}

type NodeRest = [
  kernel: string,
  inputs: readonly string[],
  more?: Readonly<Record<string, GraphAttribute>>,
];
