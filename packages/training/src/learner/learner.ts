import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Batch, BatchSource, Loaders } from '../data/batch.js';
import type { Predictions } from '../interpretation/predictions.js';
import { predictionsFrom } from '../interpretation/predictions-from.js';
import type { Loss } from '../losses/loss.js';
import { LossSmoother } from '../lr-finder/smoothing.js';
import type { Metric } from '../metrics/metric.js';
import { trainableParameters, type VisionModel } from '../model/vision-model.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import type { BatchResult, Callback, Cancel } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import type { HyperParameters, HyperParameterSchedule } from './hyper-parameters.js';
import { LearnerSnapshot } from './learner-snapshot.js';
import { judgeLogits, predictLogits } from './predict-logits.js';
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
}

export interface FitOptions {
  readonly schedule: HyperParameterSchedule;
  readonly callbacks?: readonly Callback[];
  /** Hears every batch and epoch; unlike a callback it changes nothing. */
  readonly observer?: FitObserver;
  /** Ends the fit after the batch at hand. */
  readonly signal?: AbortSignal;
}

export interface FitObserver {
  batch(result: BatchResult): void;
  epoch(result: EpochResult): void;
}

export type FitOutcome =
  { readonly status: 'completed' } | { readonly status: 'cancelled'; readonly reason: string };

/**
 * Trains a model on batches and judges it on the valid split. Steps and epochs count from 0 over
 * all its fits. Holds tensors: call `dispose` when done.
 */
export class Learner {
  readonly loaders: Loaders;
  readonly model: VisionModel;
  readonly #optimizer: Optimizer;
  readonly #loss: Loss;
  readonly #metrics: readonly Metric[];
  readonly #seed: number;
  #step = 0;
  #epoch = 0;
  #firstTrainedGroup = 0;
  #momentum = 0.9;

  constructor({ loaders, model, optimizer, loss, metrics, seed }: LearnerOptions) {
    this.loaders = loaders;
    this.model = model;
    this.#optimizer = optimizer;
    this.#loss = loss;
    this.#metrics = metrics;
    this.#seed = seed;
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
   * optimizer's state, as fastai does. Norm parameters go on learning everywhere, and frozen batch
   * norm still uses batch statistics (fastai's `train_bn`).
   */
  freezeTo(group: number): void {
    const first = group < 0 ? this.layerGroupCount + group : group;
    this.#firstTrainedGroup = Math.min(Math.max(first, 0), this.layerGroupCount);
    this.#optimizer.clear();
  }

  /** Trains `epochs` epochs, each followed by a look at the valid split. */
  async fit(
    epochs: number,
    { schedule, callbacks = [], observer, signal }: FitOptions,
  ): Promise<FitOutcome> {
    const smoother = new LossSmoother();
    const steps = epochs * this.loaders.train.length;
    const firstStep = this.#step;
    for (const callback of callbacks) callback.beforeFit?.(epochs);

    const afterBatch = (result: BatchResult): Cancel | undefined => {
      observer?.batch(result);
      return cancelledBy(callbacks, (callback) => callback.afterBatch?.(result));
    };
    for (let count = 0; count < epochs; count += 1) {
      const started = Date.now();
      const cancel = await this.#trainEpoch({
        hyperParameters: () => schedule((this.#step - firstStep) / steps),
        smoother,
        afterBatch,
        signal,
      });
      if (cancel?.scope === 'fit') return { status: 'cancelled', reason: cancel.reason };

      const result = await this.#judgeEpoch(smoother.value, started);
      observer?.epoch(result);
      const end = cancelledBy(callbacks, (callback) => callback.afterEpoch?.(result));
      if (end) return { status: 'cancelled', reason: end.reason };
    }
    return { status: 'completed' };
  }

  /**
   * Takes one optimizer step as if it were step `step` and returns the batch's mean loss. Consumes
   * `batch`. Steps taken this way are not counted.
   */
  async trainBatch(batch: Batch, hyperParameters: HyperParameters, step: number): Promise<number> {
    const loss = await trainStep(
      {
        model: this.model,
        parameters: trainableParameters(this.model, this.#firstTrainedGroup),
        optimizer: this.#optimizer,
        loss: this.#loss,
        context: { training: true, seed: this.#seed, step },
      },
      batch,
      hyperParameters,
    );
    this.#momentum = hyperParameters.momentum;
    // TensorFlow holds the thread during a step: let messages and image reads through.
    await yieldToEventLoop();
    return loss;
  }

  /** Predicts every item of a split, in its order, in evaluation mode. */
  async predict(source: BatchSource = this.loaders.valid): Promise<Predictions> {
    const { items, actuals, logits } = await predictLogits(this.model, source);
    return predictionsFrom({ vocab: this.loaders.vocab, items, actuals, logits });
  }

  /** Remembers weights, running statistics, optimizer state and momentum. The caller disposes of it. */
  snapshot(): LearnerSnapshot {
    return new LearnerSnapshot(this.model, this.#optimizer, this.#momentum);
  }

  /** Returns to a snapshot of this learner. */
  restore(snapshot: LearnerSnapshot): void {
    snapshot.applyTo(this.model, this.#optimizer);
    this.#momentum = snapshot.momentum;
  }

  dispose(): void {
    this.model.dispose();
    this.#optimizer.dispose();
  }

  async #trainEpoch({
    hyperParameters,
    smoother,
    afterBatch,
    signal,
  }: TrainEpoch): Promise<Cancel | undefined> {
    for await (const batch of this.loaders.train.batches(this.#epoch)) {
      const used = hyperParameters();
      const loss = await this.trainBatch(batch, used, this.#step);
      const cancel = afterBatch({
        step: this.#step,
        epoch: this.#epoch,
        loss,
        smoothedLoss: smoother.add(loss),
        learningRates: used.learningRates,
        momentum: used.momentum,
        time: Date.now(),
      });
      this.#step += 1;
      if (signal?.aborted) return { scope: 'fit', reason: String(signal.reason) };
      if (cancel) return cancel;
    }
    return undefined;
  }

  async #judgeEpoch(trainLoss: number, started: number): Promise<EpochResult> {
    const { loss, ...logits } = await judgeLogits(this.model, this.loaders.valid, this.#loss);
    const predictions = predictionsFrom({ vocab: this.loaders.vocab, ...logits });
    const epoch = this.#epoch;
    this.#epoch += 1;
    return {
      epoch,
      step: this.#step - 1,
      trainLoss,
      validLoss: loss,
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
  readonly hyperParameters: () => HyperParameters;
  readonly smoother: LossSmoother;
  readonly afterBatch: (result: BatchResult) => Cancel | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Asks every callback, so that none misses a batch, and takes the first wish to cancel. */
function cancelledBy(
  callbacks: readonly Callback[],
  ask: (callback: Callback) => Cancel | undefined,
): Cancel | undefined {
  return callbacks.map(ask).find((cancel) => cancel !== undefined);
}
