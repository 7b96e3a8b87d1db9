import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Batch, BatchSource, Loaders } from '../data/batch.js';
import { NoSamplesError } from '../data/no-samples.js';
import { joinPredictions } from '../interpretation/join-predictions.js';
import type { Predictions } from '../interpretation/predictions.js';
import { predictionsFrom } from '../interpretation/predictions-from.js';
import type { Loss } from '../losses/loss.js';
import { InvalidOptionError } from '../errors.js';
import { LossSmoother } from '../lr-finder/smoothing.js';
import type { Metric } from '../metrics/metric.js';
import { trainableParameters, type VisionModel } from '../model/vision-model.js';
import { GradientAccumulator } from '../optimizer/gradient-accumulator.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import type { Cancel, PlannedStep } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import { Hooks } from './hooks.js';
import type { HyperParameters } from './hyper-parameters.js';
import type { FitObserver, FitOptions, FitOutcome } from './fit-options.js';
import { FrozenLoaders } from './frozen-loaders.js';
import { LearnerSnapshot } from './learner-snapshot.js';
import { orFreeBatch } from './or-free-batch.js';
import { type BatchJudge, logitsByBatch } from './predict-logits.js';
import { SplitLoss } from './split-loss.js';
import { trainStep } from './train-step.js';

export interface LearnerOptions {
  readonly loaders: Loaders;
  readonly model: VisionModel;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Computed on the valid split after each epoch. */
  readonly metrics: readonly Metric[];
  /** Seeds dropout. */
  readonly seed: number;
  /** Longest that all gradients together may be in a step. @default as long as they are */
  readonly clipNorm?: number;
  /**
   * Batches whose gradients make one step, as one batch of their items would (but for batch norm,
   * which sees each by itself). Rates are scheduled and steps counted by batch all the same; what is
   * left at the end of an epoch goes on into the next, at the end of a fit it is dropped. @default 1
   */
  readonly accumulate?: number;
}

/**
 * Trains a model on batches and judges it on the valid split. Steps and epochs count from 0 over
 * all its fits. Holds tensors: call `dispose` when done.
 */
export class Learner {
  readonly model: VisionModel;
  readonly #optimizer: Optimizer;
  readonly #loss: Loss;
  readonly #metrics: readonly Metric[];
  readonly #seed: number;
  readonly #clipNorm: number;
  readonly #accumulator: GradientAccumulator;
  readonly #frozenLoaders = new FrozenLoaders();
  #loaders: Loaders;
  #step = 0;
  #epoch = 0;
  #firstTrainedGroup = 0;
  #momentum = 0.9;

  constructor(options: LearnerOptions) {
    const { loaders, model, optimizer, loss, metrics, seed } = options;
    const { clipNorm = Infinity, accumulate = 1 } = options;
    if (!(clipNorm > 0)) throw new InvalidOptionError('clipNorm', clipNorm, 'a number above 0');
    if (!Number.isInteger(accumulate) || accumulate < 1)
      throw new InvalidOptionError('accumulate', accumulate, 'an integer of 1 or more');
    this.#loaders = loaders;
    this.#clipNorm = clipNorm;
    this.#accumulator = new GradientAccumulator(accumulate);
    this.model = model;
    this.#optimizer = optimizer;
    this.#loss = loss;
    this.#metrics = metrics;
    this.#seed = seed;
  }

  /**
   * What it trains on and is judged by; a callback may replace them between epochs. While layer
   * groups of a `cached` body are frozen, they give what comes out of these in place of pixels.
   */
  get loaders(): Loaders {
    return this.#frozenLoaders.of(this.#loaders, this.model, this.#firstTrainedGroup);
  }

  /** Number of the next step. */
  get step(): number {
    return this.#step;
  }

  /** Number of the next epoch. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Momentum of the last step taken, which a learning-rate finder keeps. */
  get momentum(): number {
    return this.#momentum;
  }

  get layerGroupCount(): number {
    return this.model.layerGroups.length;
  }

  /** Layer groups that learn, counted from the head. Norm parameters of the others learn as well. */
  get trainableGroupCount(): number {
    return this.layerGroupCount - this.#firstTrainedGroup;
  }

  /**
   * Lets only layer groups from `group` on learn; negative counts from the end. Clears the
   * optimizer's state, as fastai does. With a `live` body norm parameters go on learning everywhere,
   * and frozen batch norm still uses batch statistics (fastai's `train_bn`).
   */
  freezeTo(group: number): void {
    const first = group < 0 ? this.layerGroupCount + group : group;
    this.#firstTrainedGroup = Math.min(Math.max(first, 0), this.layerGroupCount);
    this.#frozenLoaders.frozenMayDiffer();
    this.#optimizer.clear();
  }

  /** Trains `epochs` epochs, each followed by a look at the valid split. */
  async fit(
    epochs: number,
    { schedule, callbacks = [], observer, signal }: FitOptions,
  ): Promise<FitOutcome> {
    if (this.loaders.train.length === 0) throw new NoSamplesError();
    const hooks = new Hooks(callbacks);
    const smoother = new LossSmoother();
    try {
      hooks.beforeFit({ epochs, metrics: this.#metrics, weights: this.model });
      for (let count = 0; count < epochs; count += 1) {
        const started = Date.now();
        this.#loaders = hooks.beforeEpoch(this.#epoch) ?? this.#loaders;
        const { length } = this.loaders.train;
        const cancel = await this.#trainEpoch({
          hyperParameters: (batch) => schedule((count * length + batch) / (epochs * length)),
          smoother,
          hooks,
          observer,
          signal,
        });
        if (cancel?.scope === 'fit') return { status: 'cancelled', reason: cancel.reason };

        const result = await this.#judgeEpoch(smoother.value, started);
        observer?.epoch(result);
        const end = hooks.afterEpoch(result);
        if (end) return { status: 'cancelled', reason: end.reason };
      }
      return { status: 'completed' };
    } finally {
      this.#accumulator.clear();
      hooks.afterFit();
    }
  }

  /**
   * Takes one train step as if it were step `step` and returns the batch's mean loss. Consumes
   * `batch`. Steps taken this way are not counted.
   */
  async trainBatch(batch: Batch, hyperParameters: HyperParameters, step: number): Promise<number> {
    return this.#take({ step, batch, loss: this.#loss, hyperParameters });
  }

  /** Predicts every item of a split, in its order, in evaluation mode. */
  async predict(source: BatchSource = this.loaders.valid): Promise<Predictions> {
    return this.#predict(source);
  }

  /** Remembers weights, running statistics, optimizer state and momentum. The caller disposes of it. */
  snapshot(): LearnerSnapshot {
    return new LearnerSnapshot(this.model, this.#optimizer, this.#momentum);
  }

  /** Returns to a snapshot of this learner; gradients that wait for further batches are dropped. */
  restore(snapshot: LearnerSnapshot): void {
    snapshot.applyTo(this.model, this.#optimizer);
    this.#frozenLoaders.frozenMayDiffer();
    this.#momentum = snapshot.momentum;
    this.#accumulator.clear();
  }

  /** Frees the model and what the optimizer remembers. */
  dispose(): void {
    this.model.dispose();
    this.#optimizer.dispose();
    this.#accumulator.clear();
  }

  async #trainEpoch({
    hyperParameters,
    smoother,
    hooks,
    observer,
    signal,
  }: TrainEpoch): Promise<Cancel | undefined> {
    let count = 0;
    for await (const batch of this.loaders.train.batches(this.#epoch)) {
      const rates = orFreeBatch(batch, () => hyperParameters(count));
      const planned = { batch, loss: this.#loss, hyperParameters: rates };
      const step = hooks.beforeBatch({ ...planned, step: this.#step });
      const loss = await this.#take(step);
      const result = {
        step: this.#step,
        epoch: this.#epoch,
        loss,
        smoothedLoss: smoother.add(loss),
        learningRates: step.hyperParameters.learningRates,
        momentum: step.hyperParameters.momentum,
        time: Date.now(),
      };
      observer?.batch(result);
      const cancel = hooks.afterBatch(result);
      this.#step += 1;
      count += 1;
      if (signal?.aborted) return { scope: 'fit', reason: String(signal.reason) };
      if (cancel) return cancel;
    }
    return undefined;
  }

  async #take({ step, batch, loss, hyperParameters }: PlannedStep): Promise<number> {
    const value = await trainStep(
      {
        model: this.model,
        parameters: trainableParameters(this.model, this.#firstTrainedGroup),
        optimizer: this.#optimizer,
        loss,
        context: { training: true, seed: this.#seed, step },
        accumulator: this.#accumulator,
        clipNorm: this.#clipNorm,
      },
      batch,
      hyperParameters,
    );
    this.#momentum = hyperParameters.momentum;
    // TensorFlow holds the thread during a step: let messages and image reads through.
    await yieldToEventLoop();
    return value;
  }

  /** Batch by batch: the logits of 50,000 items and 1,000 classes would take 200 MB. */
  async #predict(source: BatchSource, judge?: BatchJudge): Promise<Predictions> {
    const { vocab } = this.#loaders;
    const parts: Predictions[] = [];
    for await (const logits of logitsByBatch(this.model, source, { judge }))
      parts.push(predictionsFrom({ vocab, ...logits }));
    return joinPredictions(vocab, parts);
  }

  async #judgeEpoch(trainLoss: number, started: number): Promise<EpochResult> {
    const loss = new SplitLoss(this.#loss);
    const predictions = await this.#predict(this.loaders.valid, (logits, batch) =>
      loss.add(logits, batch),
    );
    const epoch = this.#epoch;
    this.#epoch += 1;
    return {
      epoch,
      step: this.#step - 1,
      trainLoss,
      validLoss: loss.value,
      seconds: (Date.now() - started) / 1000,
      metrics: this.#metrics.map((metric) => ({
        name: metric.name,
        value: metric.compute(predictions),
        higherIsBetter: metric.higherIsBetter,
      })),
      predictions,
    };
  }
}

interface TrainEpoch {
  /** What batch `batch` of this epoch is trained with. */
  readonly hyperParameters: (batch: number) => HyperParameters;
  readonly smoother: LossSmoother;
  readonly hooks: Hooks;
  readonly observer: FitObserver | undefined;
  readonly signal: AbortSignal | undefined;
}
