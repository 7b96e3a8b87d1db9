import { tf } from '../engine/tf.js';
import type { Tensor, Variable } from '../engine/tf.js';
import { TrainingError } from '../errors.js';
import type { InitialValues } from './initial-values.js';
import type { Parameter, ParameterRole, RunningStatistic } from './module.js';
import type { StoredTensor } from './safetensors.js';

/** A weights file is readable but belongs to another network. */
export class WeightsMismatchError extends TrainingError {
  override readonly name = 'WeightsMismatchError';
  readonly code = 'WEIGHTS_MISMATCH';

  constructor(expected: string, received: string) {
    super(
      `Expected weights with ${expected}, received ${received}. ` +
        "Use a file with timm's parameter names for this very architecture",
    );
  }
}

/**
 * How a file's axes stand in memory. Files have PyTorch's order, which is output, input, height,
 * width; TensorFlow's convolutions want height, width, input, output.
 */
export type Layout = 'plain' | 'linear' | 'conv' | 'depthwise';

const AXES = {
  plain: { fromFile: null, toFile: null },
  linear: { fromFile: [1, 0], toFile: [1, 0] },
  conv: { fromFile: [2, 3, 1, 0], toFile: [3, 2, 0, 1] },
  depthwise: { fromFile: [2, 3, 0, 1], toFile: [2, 3, 0, 1] },
} as const;

export interface ParameterOptions {
  readonly role: ParameterRole;
  readonly layout: Layout;
  /** As a file has it. */
  readonly shape: readonly number[];
  readonly initial: InitialValues;
}

export interface ParameterStoreOptions {
  /** Values by name; null draws initial ones. */
  readonly weights: ReadonlyMap<string, StoredTensor> | null;
  readonly seed: number;
  /** @default 0 */
  readonly firstGroup?: number;
}

/** Makes and holds a network's parameters and running statistics while it is put together. */
export class ParameterStore {
  readonly parameters: Parameter[] = [];
  readonly statistics: RunningStatistic[] = [];
  readonly #layouts = new Map<string, Layout>();
  readonly #weights: ReadonlyMap<string, StoredTensor> | null;
  readonly #seed: number;
  #group: number;

  constructor({ weights, seed, firstGroup = 0 }: ParameterStoreOptions) {
    this.#weights = weights;
    this.#seed = seed;
    this.#group = firstGroup;
  }

  /** Layer group of the parameters made now. */
  get group(): number {
    return this.#group;
  }

  /** Puts the parameters that follow into the next layer group. */
  beginGroup(): void {
    this.#group += 1;
  }

  /** Makes a parameter that learns. */
  parameter(name: string, { role, ...options }: ParameterOptions): Variable {
    const variable = this.#make(name, options, true);
    this.parameters.push({ name, variable, role, group: this.#group });
    return variable;
  }

  /** Makes a running statistic of `size` channels. */
  statistic(name: string, size: number, initial: InitialValues): Variable {
    const variable = this.#make(name, { layout: 'plain', shape: [size], initial }, false);
    this.statistics.push({ name, variable, group: this.#group });
    return variable;
  }

  /** Throws if the weights hold tensors that the network does not have and `isKnown` does not excuse. */
  assertAllUsed(isKnown: (name: string) => boolean): void {
    const extra = [...(this.#weights?.keys() ?? [])].filter(
      (name) => !this.#layouts.has(name) && !isKnown(name),
    );
    if (extra.length === 0) return;
    throw new WeightsMismatchError(
      'only the tensors of the network',
      `${extra.length} more: ${list(extra)}`,
    );
  }

  /** Parameters and statistics with the axes that files have. The caller disposes of them. */
  toFileTensors(): Map<string, Tensor> {
    return new Map(
      [...this.parameters, ...this.statistics].map(({ name, variable }) => {
        const { toFile } = AXES[this.#layouts.get(name)!];
        return [name, toFile ? tf.transpose(variable, [...toFile]) : tf.clone(variable)];
      }),
    );
  }

  dispose(): void {
    for (const { variable } of [...this.parameters, ...this.statistics]) variable.dispose();
  }

  #make(
    name: string,
    { layout, shape, initial }: Omit<ParameterOptions, 'role'>,
    trainable: boolean,
  ): Variable {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const values =
      this.#weights === null
        ? initial(size, { seed: this.#seed, purpose: `initial values of ${name}` })
        : floatsOf(this.#weights, name, shape);
    this.#layouts.set(name, layout);
    return tf.tidy(() => {
      const { fromFile } = AXES[layout];
      const stored = tf.tensor(values, [...shape], 'float32');
      return tf.variable(fromFile ? tf.transpose(stored, [...fromFile]) : stored, trainable);
    });
  }
}

function floatsOf(
  weights: ReadonlyMap<string, StoredTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const tensor = weights.get(name);
  const expected = `\`${name}\` of shape [${shape.join(', ')}]`;
  if (tensor === undefined) {
    throw new WeightsMismatchError(expected, `none of that name, but ${list([...weights.keys()])}`);
  }
  if (tensor.shape.join() !== shape.join()) {
    throw new WeightsMismatchError(expected, `one of shape [${tensor.shape.join(', ')}]`);
  }
  if (!(tensor.data instanceof Float32Array)) {
    throw new WeightsMismatchError(`${expected} and type F32, F16 or BF16`, `type ${tensor.dtype}`);
  }
  return tensor.data;
}

const list = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
