import { hookKernels, type KernelRun } from '../kernel-hook.js';
import { nativeBackend, type NativeAttribute } from '../native-kernel.js';
import type { Tensor } from '../tf.js';
import type { GraphAttribute, GraphNode } from './graph-node.js';

/** What a function does, as a graph. */
export interface Trace<Output extends Tensor> {
  readonly nodes: readonly GraphNode[];
  /** The node that has what the function gave. */
  readonly output: string;
  /** What the function gave, which the caller disposes of. */
  readonly value: Output;
}

/** A tensor that a graph is given each time it runs. */
export interface GraphInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** -1 where any size will do. */
  readonly shape: readonly number[];
}

/**
 * Runs `work` and writes down its operations. What they take and `inputs` do not have is a constant of the
 * graph.
 *
 * @throws Error for operations that cannot be written down.
 */
export function traceKernels<Output extends Tensor>(
  inputs: readonly GraphInput[],
  work: () => Output,
): Trace<Output> {
  const recorder = new Recorder(inputs);
  const unhook = hookKernels((call) => recorder.record(call));
  try {
    const value = work();
    return { nodes: recorder.nodes, output: recorder.nameOf(value), value };
  } finally {
    unhook();
  }
}

class Recorder {
  readonly nodes: GraphNode[] = [];
  /** Names by what tensors hold, which copies share. */
  readonly #names = new Map<object, string>();
  readonly #inputs: ReadonlyMap<object, GraphInput>;
  readonly #codes = attributeCodes();

  constructor(inputs: readonly GraphInput[]) {
    this.#inputs = new Map(inputs.map((input) => [input.tensor.dataId, input]));
  }

  record({ kernel, attributes, inputs, run }: KernelRun): Tensor[] {
    const names = inputs.map((tensor) => this.nameOf(tensor));
    const outputs = run();
    const name = this.#add(kernel, names, this.#toAttributes(kernel, attributes));
    for (const [index, { dataId }] of outputs.entries())
      this.#names.set(dataId, index === 0 ? name : `${name}:${index}`);
    return outputs;
  }

  nameOf(tensor: Tensor): string {
    const known = this.#names.get(tensor.dataId);
    if (known !== undefined) return known;
    const name = this.#addInput(tensor);
    this.#names.set(tensor.dataId, name);
    return name;
  }

  #addInput(tensor: Tensor): string {
    const input = this.#inputs.get(tensor.dataId);
    const type = { kind: 'type', value: this.#typeOf(tensor) } as const;
    if (input !== undefined) {
      const shape = { kind: 'shape', value: input.shape } as const;
      this.nodes.push({
        name: input.name,
        kernel: 'Placeholder',
        inputs: [],
        attributes: { dtype: type, shape },
      });
      return input.name;
    }
    const data = tensor.dataSync<'float32' | 'int32'>().slice();
    const value = { type: type.value, shape: tensor.shape, data };
    return this.#add('Const', [], { dtype: type, value: { kind: 'tensor', value } });
  }

  #add(kernel: string, inputs: readonly string[], attributes: GraphNode['attributes']): string {
    const name = `${kernel}_${this.nodes.length}`;
    this.nodes.push({ name, kernel, inputs, attributes });
    return name;
  }

  #typeOf({ dtype }: Tensor): number {
    const { TF_FLOAT, TF_INT32 } = nativeBackend()!.binding;
    if (dtype === 'float32') return TF_FLOAT;
    if (dtype === 'int32') return TF_INT32;
    throw new Error(`Expected tensors of float32 or int32, received ${dtype}`);
  }

  #toAttributes(kernel: string, all: readonly NativeAttribute[]): GraphNode['attributes'] {
    return Object.fromEntries(
      all.map(({ name, type, value }) => {
        const kind = this.#codes.get(type);
        if (kind === undefined)
          throw new Error(`${kernel}: what kind of attribute ${name} is, is not known`);
        return [name, toAttribute(kind, value)];
      }),
    );
  }
}

type Kind = 'type' | 'int' | 'float' | 'bool' | 'string' | 'shape';

function attributeCodes(): ReadonlyMap<number, Kind> {
  const { binding } = nativeBackend()!;
  return new Map<number, Kind>([
    [binding.TF_ATTR_TYPE, 'type'],
    [binding.TF_ATTR_INT, 'int'],
    [binding.TF_ATTR_FLOAT, 'float'],
    [binding.TF_ATTR_BOOL, 'bool'],
    [binding.TF_ATTR_STRING, 'string'],
    [binding.TF_ATTR_SHAPE, 'shape'],
  ]);
}

function toAttribute(kind: Kind, value: NativeAttribute['value']): GraphAttribute {
  const isList = typeof value === 'object';
  if (kind === 'shape' && isList) return { kind, value };
  if (kind === 'int' && isList) return { kind: 'ints', value };
  if (kind === 'float' && isList) return { kind: 'floats', value };
  if (kind === 'string' && typeof value === 'string') return { kind, value };
  // tfjs-node itself takes numbers for flags here and there.
  if (kind === 'bool' && !isList) return { kind, value: Boolean(value) };
  if (kind !== 'bool' && kind !== 'string' && kind !== 'shape' && typeof value === 'number')
    return { kind, value };
  throw new Error(`Expected an attribute of kind ${kind}, received ${String(value)}`);
}
