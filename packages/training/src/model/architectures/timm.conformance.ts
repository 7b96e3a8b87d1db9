import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../cache-directory.js';
import { CompiledForward } from '../../engine/graph/compiled-forward.js';
import { lossAndGradients } from '../../engine/gradients.js';
import { hookKernels } from '../../engine/kernel-hook.js';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import type { Tensor, Tensor2D, Tensor4D } from '../../engine/tf.js';
import { type Architecture, bodyLayers } from '../body.js';
import {
  distanceOnTheWhole,
  drawnImages,
  drawnTensor,
  expectSampled,
  type Sampled,
} from '../golden.conformance.js';
import { type Layer, sequential } from '../module.js';
import { ParameterStore } from '../parameter-store.js';
import { readSafetensors, type StoredTensor } from '../safetensors.js';

/** What `bench/reference/bodies.py` writes. */
interface Golden extends Computed {
  readonly convolutions: Readonly<Record<string, readonly number[]>>;
  readonly norms: Readonly<Record<string, number>>;
  /** What timm calls its last layer, which the body does without. */
  readonly classifier: string;
  readonly parameters: number;
  /** Weights with which few activations are near an edge of ReLU or ReLU6. */
  readonly awayFromEdges: Training;
  readonly pretrained?: Computed;
}

interface Computed {
  readonly logits: readonly {
    readonly batch: number;
    readonly side: number;
    readonly logits: readonly Sampled[];
  }[];
  readonly training: Training;
}

/** One pass in training mode. */
interface Training {
  readonly batch: number;
  readonly side: number;
  /** Around which biases are. */
  readonly centre: number;
  readonly pooled: Sampled;
  readonly gradients: Readonly<Record<string, Sampled>>;
  readonly statistics: Readonly<Record<string, Sampled>>;
}

type Weights = ReadonlyMap<string, StoredTensor>;

/**
 * Where rounding carries a single activation over the edge of a ReLU, a channel's gradient changes by
 * a tenth and all before it by 1 to 4 %. Gradients are judged closely where that does not happen.
 */
const SOME_OVER_AN_EDGE = 0.1;

const evaluation = { training: false, seed: 0, step: 0 };

/** Demands that a body computes what timm's of the same name does, forwards and backwards. */
export function conformsToTimm(architecture: Architecture): void {
  const { name } = architecture;
  const golden = JSON.parse(
    readFileSync(new URL(`${name}.golden.json`, import.meta.url), 'utf8'),
  ) as Golden;
  const weightsFile = join(cacheDirectory(), 'weights', `${name}.safetensors`);
  const body = new BodyUnderTest(architecture, golden.classifier);

  beforeAll(async () => {
    await useNativeEngine();
  });

  afterEach(() => {
    body.dispose();
  });

  describe(architecture.title, () => {
    it('has the parameters and running statistics of timm, by name and shape', () => {
      const norms = Object.entries(golden.norms).flatMap(([norm, channels]) =>
        ['weight', 'bias', 'running_mean', 'running_var'].map(
          (part): [string, readonly number[]] => [`${norm}.${part}`, [channels]],
        ),
      );
      const theirs = { ...golden.convolutions, ...Object.fromEntries(norms) };
      expect(body.made().shapes).toEqual(theirs);
    });

    it('has as many parameters as it says, and as timm has', () => {
      const counts = [body.made().parameters, architecture.parameters];
      expect(counts).toEqual([golden.parameters, golden.parameters]);
    });

    it('computes the logits of timm on weights drawn from a formula, odd sizes too', () => {
      body.expectLogits(body.drawnWeights(), golden, 1e-4);
    });

    it('computes them as one graph as well, in which no operation stands alone', () => {
      body.expectLogitsOfGraph(body.drawnWeights(), golden, 1e-4);
    });

    it('has the features, gradients and running statistics of timm in training mode', () => {
      const { training } = golden;
      expect(body.train(body.drawnWeights(), training, 1e-4)).toBeLessThan(SOME_OVER_AN_EDGE);
    });

    it('has the very gradients of timm where no activation is near an edge', () => {
      const { awayFromEdges } = golden;
      const weights = body.drawnWeights(awayFromEdges.centre);
      expect(body.train(weights, awayFromEdges, 1e-4)).toBeLessThan(3e-4);
    });
  });

  const { pretrained } = golden;
  if (pretrained === undefined) return;
  describe.runIf(existsSync(weightsFile))(`${architecture.title} with its ImageNet weights`, () => {
    const weights = (): Weights => readSafetensors(readFileSync(weightsFile));

    it('computes the logits of timm', () => {
      body.expectLogits(weights(), pretrained, 1e-4);
    });

    it('computes them as one graph as well', () => {
      body.expectLogitsOfGraph(weights(), pretrained, 1e-4);
    });

    it('has the features, gradients and running statistics of timm in training mode', () => {
      expect(body.train(weights(), pretrained.training, 1e-3)).toBeLessThan(SOME_OVER_AN_EDGE);
    });
  });
}

class BodyUnderTest {
  readonly #architecture: Architecture;
  readonly #classifier: string;
  readonly #stores: ParameterStore[] = [];
  #made: ReturnType<BodyUnderTest['made']> | undefined;

  constructor(architecture: Architecture, classifier: string) {
    this.#architecture = architecture;
    this.#classifier = classifier;
  }

  build(weights: Weights | null): { store: ParameterStore; body: Layer } {
    const store = new ParameterStore({ weights, seed: 0 });
    this.#stores.push(store);
    return { store, body: sequential(bodyLayers(this.#architecture, store)) };
  }

  /** What the body makes, once: drawing tens of millions of initial values takes seconds. */
  made(): { readonly shapes: Record<string, readonly number[]>; readonly parameters: number } {
    if (this.#made) return this.#made;
    const { store } = this.build(null);
    const tensors = store.toFileTensors();
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    tf.dispose([...tensors.values()]);
    const parameters = store.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
    this.#made = { shapes, parameters };
    return this.#made;
  }

  drawnWeights(centre = 0): Weights {
    const shapes = {
      ...this.made().shapes,
      [`${this.#classifier}.weight`]: [1000, this.#architecture.features],
      [`${this.#classifier}.bias`]: [1000],
    };
    return new Map(
      Object.entries(shapes).map(([name, shape]) => [name, drawnTensor(name, shape, centre)]),
    );
  }

  expectLogits(weights: Weights, computed: Computed, tolerance: number): void {
    const { body } = this.build(weights);
    const forward = (x: Tensor4D) => body.forward(x, evaluation);
    this.#expectLogits(forward, weights, { computed, tolerance });
  }

  expectLogitsOfGraph(weights: Weights, computed: Computed, tolerance: number): void {
    const { body, store } = this.build(weights);
    const state = [...store.parameters, ...store.statistics].map(({ variable }) => variable);
    const compiled = new CompiledForward((x) => body.forward(x, evaluation), state);
    this.#expectLogits((x) => compiled.run(x), weights, { computed, tolerance });
    const { batch, side } = computed.logits[0]!;
    const again = drawnImages(batch, side);
    const kernels: string[] = [];
    const unhook = hookKernels(({ kernel, run }) => {
      kernels.push(kernel);
      return run();
    });
    compiled.run(again);
    unhook();
    expect(kernels).toEqual(['Graph']);
  }

  #expectLogits(
    forward: (images: Tensor4D) => Tensor4D,
    weights: Weights,
    { computed, tolerance }: { readonly computed: Computed; readonly tolerance: number },
  ): void {
    for (const { batch, side, logits: rows } of computed.logits) {
      const maps = forward(drawnImages(batch, side));
      const received = tf.unstack(this.#classify(tf.mean<Tensor2D>(maps, [1, 2]), weights));
      for (const [index, row] of rows.entries()) expectSampled(received[index]!, row, tolerance);
    }
  }

  /** Demands features and statistics; gives the largest distance of a gradient. */
  train(weights: Weights, training: Training, tolerance: number): number {
    const { store, body } = this.build(weights);
    const { pooled, gradients } = gradientsOf(body, store, training);
    expectSampled(pooled, training.pooled, tolerance);
    const state = store.toFileTensors();
    for (const [name, sampled] of Object.entries(training.statistics)) {
      expectSampled(state.get(name)!, sampled, tolerance);
    }
    for (const { name, variable } of store.parameters) variable.assign(gradients.get(name)!);
    const gradientsAsInFiles = store.toFileTensors();
    const distances = Object.entries(training.gradients).map(([name, sampled]) =>
      distanceOnTheWhole(gradientsAsInFiles.get(name)!, sampled),
    );
    return Math.max(...distances);
  }

  dispose(): void {
    for (const store of this.#stores.splice(0)) store.dispose();
  }

  #classify(pooled: Tensor2D, weights: Weights): Tensor2D {
    const parameter = (part: string): Tensor => {
      const { data, shape } = weights.get(`${this.#classifier}.${part}`)!;
      return tf.tensor(data as Float32Array, [...shape]);
    };
    const product = tf.matMul(pooled, parameter('weight'), false, true);
    return tf.add(product, parameter('bias'));
  }
}

/** Gradients of the pooled features' product with a wave. */
function gradientsOf(body: Layer, store: ParameterStore, { batch, side }: Training) {
  const inputs = drawnImages(batch, side);
  let pooled: Tensor2D | undefined;
  const { gradients } = lossAndGradients(() => {
    pooled = tf.keep(
      tf.mean<Tensor2D>(body.forward(inputs, { ...evaluation, training: true }), [1, 2]),
    );
    const wave = tf.sin(tf.mul(tf.range(0, pooled.size), 0.01));
    return tf.sum(tf.mul(pooled, tf.reshape(wave, pooled.shape)));
  }, store.parameters);
  return { pooled: pooled!, gradients };
}
