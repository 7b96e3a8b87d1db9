import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Batch, BatchSource, Loaders } from '../data/batch.js';
import { NoSamplesError } from '../data/no-samples.js';
import { joinPredictions } from '../interpretation/join-predictions.js';
import type { Predictions } from '../interpretation/predictions.js';
import { predictionsFrom } from '../interpretation/predictions-from.js';
import type { Loss } from '../losses/loss.js';
import { InvalidOptionError } from '../errors.js';
import type { Metric } from '../metrics/metric.js';
import { trainableParameters, type VisionModel } from '../model/vision-model.js';
import { GradientAccumulator } from '../optimizer/gradient-accumulator.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import type { Cancel, PlannedStep } from './callback.js';
import type { EpochResult } from './epoch-result.js';
import type { HyperParameters } from './hyper-parameters.js';
import type { FitOptions, FitOutcome } from './fit-options.js';
import { FitInProgress } from './fit-in-progress.js';
import { FrozenLoaders } from './frozen-loaders.js';
import { LearnerSnapshot } from './learner-snapshot.js';
import type { LearnerState } from './learner-state.js';
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
  async fit(epochs: number, options: FitOptions): Promise<FitOutcome> {
    if (this.loaders.train.length === 0) throw new NoSamplesError();
    const fit = new FitInProgress(epochs, options);
    try {
      fit.begin({ epochs, metrics: this.#metrics, weights: this.model });
      while (!fit.isDone) {
        const started = Date.now();
        this.#loaders = fit.hooks.beforeEpoch(this.#epoch) ?? this.#loaders;
        const cancel = await this.#trainEpoch(fit);
        if (cancel?.scope === 'fit') return { status: 'cancelled', reason: cancel.reason };

        const result = await this.#judgeEpoch(fit.smoother.value, started);
        options.observer?.epoch(result);
        const end = fit.hooks.afterEpoch(result);
        if (end) return { status: 'cancelled', reason: end.reason };
        fit.epochDone();
      }
      return { status: 'completed' };
    } finally {
      this.#accumulator.clear();
      fit.hooks.afterFit();
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

  /** Everything that training goes on from; between batches, such as when a fit's observer hears that all is whole. */
  state(): LearnerState {
    return {
      step: this.#step,
      epoch: this.#epoch,
      firstTrainedGroup: this.#firstTrainedGroup,
      momentum: this.#momentum,
      model: this.model.state(),
      optimizer: this.#optimizer.state(),
      accumulated: this.#accumulator.state(),
    };
  }

  /**
   * Takes up what `state` of a learner of the same kind gave.
   *
   * @throws WeightsMismatchError for the state of another network; then nothing has changed.
   */
  load(state: LearnerState): void {
    this.model.load(state.model);
    this.#optimizer.load(state.optimizer);
    this.#accumulator.load(state.accumulated);
    this.#step = state.step;
    this.#epoch = state.epoch;
    this.#firstTrainedGroup = state.firstTrainedGroup;
    this.#momentum = state.momentum;
    this.#frozenLoaders.frozenMayDiffer();
  }

  /** Frees the model and what the optimizer remembers. */
  dispose(): void {
    this.model.dispose();
    this.#optimizer.dispose();
    this.#accumulator.clear();
  }

  /** What is left of the epoch at hand. */
  async #trainEpoch(fit: FitInProgress): Promise<Cancel | undefined> {
    const { observer, signal } = fit.options;
    const { train } = this.loaders;
    for await (const batch of train.batches(this.#epoch, fit.batches)) {
      const rates = orFreeBatch(batch, () => fit.hyperParameters(this.#step, train.length));
      const planned = { batch, loss: this.#loss, hyperParameters: rates };
      const step = fit.hooks.beforeBatch({ ...planned, step: this.#step });
      const loss = await this.#take(step);
      const result = {
        step: this.#step,
        epoch: this.#epoch,
        loss,
        smoothedLoss: fit.smoother.add(loss),
        learningRates: step.hyperParameters.learningRates,
        momentum: step.hyperParameters.momentum,
        time: Date.now(),
      };
      observer?.batch(result);
      const cancel = fit.hooks.afterBatch(result);
      this.#step += 1;
      fit.batchDone();
      if (!cancel) fit.isWhole();
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
