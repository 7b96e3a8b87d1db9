import { canCompile, CompiledForward } from '../engine/graph/compiled-forward.js';
import { isRecording } from '../engine/gradients.js';
import { type Numbers, numbersOf, tensorOf } from '../engine/numbers.js';
import { tf } from '../engine/tf.js';
import type { Tensor, Tensor2D, Tensor4D } from '../engine/tf.js';
import { InvalidOptionError } from '../errors.js';
import { type Architecture, bodyLayers } from './body.js';
import { bodyFingerprint } from './body-fingerprint.js';
import { concatPool, head } from './head.js';
import {
  type ForwardContext,
  type Layer,
  type Parameter,
  type RunningStatistic,
  sequential,
} from './module.js';
import { ParameterStore, WeightsMismatchError } from './parameter-store.js';
import { type StoredTensor, writeSafetensors } from './safetensors.js';

/**
 * What the body's batch norm does in training. `live`, fastai's way: it normalises by the batch at
 * hand, keeps learning where the body is frozen, and its running statistics follow. `cached`: it
 * keeps the running statistics of its weights and is frozen with its layer, so that what a frozen
 * body makes of an image never changes and needs to be computed only once.
 */
export type FrozenBody = 'live' | 'cached';

export interface VisionModelOptions {
  readonly architecture: Architecture;
  /** How many classes the head tells apart. */
  readonly classes: number;
  /** Seeds what is not in the weights: the head, or everything. */
  readonly seed: number;
  /** The body's weights under timm's names; null draws them. */
  readonly weights: ReadonlyMap<string, StoredTensor> | null;
  /** Share of the head's numbers dropped in training, 0 to below 1. @default 0.5 */
  readonly dropout?: number;
  /** Draws a new head and ignores a classifier in the weights, or takes the head that `toSafetensors` wrote. @default 'new' */
  readonly head?: 'new' | 'stored';
  /** @default 'live' */
  readonly frozenBody?: FrozenBody;
}

/** The two halves of a model, and how the first behaves. */
interface Layers {
  /** One for each of its layer groups, or one for all of them. */
  readonly body: readonly Layer[];
  readonly head: Layer<Tensor4D, Tensor2D>;
  readonly frozenBody: FrozenBody;
}

const EVALUATION = { training: false, seed: 0, step: 0 };

/** Parameters and running statistics at one moment. */
export interface ModelSnapshot {
  readonly tensors: readonly Tensor[];
  dispose(): void;
}

/** A body and a head. Holds tensors: call `dispose` when done. */
export class VisionModel {
  /** What the body is. */
  readonly architecture: Architecture;
  readonly parameters: readonly Parameter[];
  /** Parameters by layer group: those of the body, input side first, then those of the head. */
  readonly layerGroups: readonly (readonly Parameter[])[];
  /** Running means and variances. */
  readonly buffers: readonly RunningStatistic[];
  readonly #stores: readonly ParameterStore[];
  readonly #layers: Layers;
  /** Evaluation passes through layer groups of the body, by the first and the one after the last. */
  readonly #compiled = new Map<string, CompiledForward>();

  constructor(stores: readonly ParameterStore[], layers: Layers, architecture: Architecture) {
    this.architecture = architecture;
    this.#stores = stores;
    this.#layers = layers;
    this.parameters = stores.flatMap(({ parameters }) => parameters);
    this.buffers = stores.flatMap(({ statistics }) => statistics);
    const groups = Math.max(...this.parameters.map(({ group }) => group)) + 1;
    this.layerGroups = Array.from({ length: groups }, (_, index) =>
      this.parameters.filter(({ group }) => group === index),
    );
  }

  get frozenBody(): FrozenBody {
    return this.#layers.frozenBody;
  }

  /**
   * Computes logits, which the caller disposes of: of pixels, or of what enters a later layer group
   * (see `groupInputs`). [batch, height, width, channels] → [batch, classes]
   *
   * @throws InvalidOptionError for a group that cannot be entered.
   */
  forward(inputs: Tensor4D, context: ForwardContext, entersAt = 0): Tensor2D {
    this.#assertEnterable(entersAt);
    return tf.tidy(() =>
      entersAt === this.#headGroup
        ? this.#layers.head.forward(inputs, context)
        : this.classify(this.#runBody(inputs, context, { from: entersAt }), context),
    );
  }

  /** The body's half of `forward`. The caller disposes of it. [batch, height, width, 3] → [batch, h, w, features] */
  features(inputs: Tensor4D, context: ForwardContext): Tensor4D {
    return this.#runBody(inputs, context);
  }

  /** The head's half of `forward`. The caller disposes of it. [batch, h, w, features] → [batch, classes] */
  classify(features: Tensor4D, context: ForwardContext): Tensor2D {
    return tf.tidy(() => this.#layers.head.forward(concatPool(features), context));
  }

  /**
   * Whether `forward` can begin at a layer group: at the first and at the head's always, at others
   * where the body has a layer for each.
   */
  canEnter(group: number): boolean {
    const { body } = this.#layers;
    const isCut = body.length === this.#headGroup && group in body;
    return group === 0 || group === this.#headGroup || isCut;
  }

  /**
   * What enters a layer group, in evaluation mode: for the head's pooled features, [batch, 1, 1,
   * 2 * features], for any other what the group before it puts out. The caller disposes of it.
   * [batch, height, width, 3] → [batch, h, w, channels]
   *
   * @throws InvalidOptionError for a group that cannot be entered.
   */
  groupInputs(inputs: Tensor4D, group: number): Tensor4D {
    this.#assertEnterable(group);
    return tf.tidy(() => {
      const maps = this.#runBody(inputs, { ...EVALUATION, compiled: true }, { to: group });
      // Cloned, since what enters the first group are the inputs themselves.
      return group === this.#headGroup ? concatPool(maps) : tf.clone(maps);
    });
  }

  /** Changes with any weight or statistic of the body's layer groups before `end` (if left out, of all) and with nothing else. */
  bodyFingerprint(end = this.#headGroup): string {
    return bodyFingerprint(this.architecture.name, this.#stores[0]!, end);
  }

  /** Remembers all parameters and running statistics. Costs no memory until they change. */
  snapshot(): ModelSnapshot {
    const tensors = this.#state().map(({ variable }) => tf.keep(tf.clone(variable)));
    return {
      tensors,
      dispose: () => {
        tf.dispose([...tensors]);
      },
    };
  }

  /** Returns to a snapshot of this model, which stays usable. */
  restore({ tensors }: ModelSnapshot): void {
    for (const [index, { variable }] of this.#state().entries()) variable.assign(tensors[index]!);
  }

  /** All parameters and running statistics by name, bit for bit and with the axes that they have in memory. */
  state(): Map<string, Numbers> {
    return new Map(this.#state().map(({ name, variable }) => [name, numbersOf(variable)]));
  }

  /**
   * Takes up what `state` of the same network gave.
   *
   * @throws WeightsMismatchError for tensors of other names or shapes; then nothing has changed.
   */
  load(state: ReadonlyMap<string, Numbers>): void {
    for (const { name, variable } of this.#state()) assertShape(name, variable, state.get(name));
    for (const { name, variable } of this.#state())
      tf.tidy(() => {
        variable.assign(tensorOf(state.get(name)!));
      });
  }

  /** Writes parameters and running statistics as a file, the body's under timm's names. */
  toSafetensors(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const read = ([name, tensor]: [string, Tensor]) =>
      [name, { shape: tensor.shape, data: tensor.dataSync<'float32'>() }] as const;
    let tensors = new Map<string, { shape: number[]; data: Float32Array }>();
    // Nothing is returned from the tidy, which would look for tensors in every single number.
    tf.tidy(() => {
      tensors = new Map(this.#stores.flatMap((store) => [...store.toFileTensors()]).map(read));
    });
    return writeSafetensors(tensors, metadata);
  }

  dispose(): void {
    for (const store of this.#stores) store.dispose();
  }

  get #headGroup(): number {
    return this.layerGroups.length - 1;
  }

  #assertEnterable(group: number): void {
    if (this.canEnter(group)) return;
    const groups = this.layerGroups
      .map((_, index) => index)
      .filter((index) => this.canEnter(index));
    const { name } = this.architecture;
    const expected = `a layer group of ${name} that can be entered (${groups.join(', ')})`;
    throw new InvalidOptionError('entersAt', group, expected);
  }

  /** Runs the body's layer groups from `from` to before `to`. */
  #runBody(
    inputs: Tensor4D,
    context: ForwardContext,
    { from = 0, to }: { readonly from?: number; readonly to?: number } = {},
  ): Tensor4D {
    const { body, frozenBody } = this.#layers;
    const bodyContext = frozenBody === 'cached' ? { ...context, training: false } : context;
    const layers = sequential(body.slice(from, to));
    const forward = (x: Tensor4D) => tf.tidy(() => layers.forward(x, bodyContext));
    const { compiled = false, training } = bodyContext;
    if (!compiled || training || isRecording() || !canCompile()) return forward(inputs);
    return this.#compiledBody(`${from}-${to ?? ''}`, forward).run(inputs);
  }

  #compiledBody(groups: string, forward: (x: Tensor4D) => Tensor4D): CompiledForward {
    let compiled = this.#compiled.get(groups);
    if (compiled === undefined) {
      compiled = new CompiledForward(
        forward,
        this.#state().map(({ variable }) => variable),
      );
      this.#compiled.set(groups, compiled);
    }
    return compiled;
  }

  #state(): readonly RunningStatistic[] {
    return [...this.parameters, ...this.buffers];
  }
}

/** Puts a body with given weights and a head together. */
export function createVisionModel({
  architecture,
  classes,
  seed,
  weights,
  dropout = 0.5,
  head: origin = 'new',
  frozenBody = 'live',
}: VisionModelOptions): VisionModel {
  const stores = [new ParameterStore({ weights, seed })];
  try {
    const [bodyStore] = stores as [ParameterStore];
    const body = bodyLayers(architecture, bodyStore);
    bodyStore.assertAllUsed(origin === 'stored' ? isOfTheHead : isNotOfTheBody);
    const headStore = new ParameterStore({
      weights: origin === 'stored' ? weights : null,
      seed,
      firstGroup: bodyStore.group + 1,
    });
    stores.push(headStore);
    const layers = {
      body,
      head: head(headStore, { features: architecture.features, classes, dropout }),
      frozenBody,
    };
    headStore.assertAllUsed((name) => !isOfTheHead(name));
    return new VisionModel(stores, layers, architecture);
  } catch (error) {
    for (const store of stores) store.dispose();
    throw error;
  }
}

/**
 * Parameters that learn when layer groups from `fromGroup` on do: theirs, and with a `live` body
 * every norm parameter.
 */
export function trainableParameters(model: VisionModel, fromGroup: number): Parameter[] {
  const isLive = model.frozenBody === 'live';
  return model.parameters.filter(
    ({ role, group }) => group >= fromGroup || (isLive && role === 'norm'),
  );
}

function assertShape(name: string, { shape }: Tensor, stored: Numbers | undefined): void {
  if (stored?.shape.join() === shape.join()) return;
  const received = stored ? `one of shape [${stored.shape.join(', ')}]` : 'none of that name';
  throw new WeightsMismatchError(`\`${name}\` of shape [${shape.join(', ')}]`, received);
}

const isOfTheHead = (name: string): boolean => name.startsWith('head.');

/** PyTorch counts the batches of each norm layer, which nothing needs. */
const isNotOfTheBody = (name: string): boolean =>
  /^(classifier|head|fc)\./.test(name) || name.endsWith('.num_batches_tracked');
