import { stopOnNonFiniteLoss } from '../callbacks/stop-on-non-finite-loss.js';
import { toLearnerFile } from '../classifier/learner-file.js';
import type { LrSuggestion } from '../lr-finder/suggestion.js';
import { findLearningRate } from '../lr-finder/find-learning-rate.js';
import type { Learner } from '../learner/learner.js';
import { writeCheckpoint } from '../learner/checkpoint.js';
import type { FitAdjustment, FitOptions } from '../learner/fit-options.js';
import type { FitProgress } from '../learner/fit-progress.js';
import { BestEpoch } from './best-epoch.js';
import { CheckpointPace } from './checkpoint-pace.js';
import { fitSchedule } from './fit-schedule.js';
import type { FitPhase, LrFindPhase, Phase } from './phase.js';
import { resolveRates } from './resolve-rates.js';
import type { RunReporter } from './run-job.js';
import type { RunProgress } from './run-progress.js';

export interface RunOutcome {
  readonly status: 'completed' | 'stopped';
}

interface CheckpointWanted extends Pick<RunProgress, 'phase' | 'fit'> {
  readonly endsFit?: boolean;
}

export interface RunPhasesOptions {
  readonly reporter: RunReporter;
  readonly signal?: AbortSignal;
  /** How far the run had come when the learner's state was taken. @default its beginning */
  readonly from?: RunProgress;
  /**
   * Within an epoch, there are so many seconds between checkpoints at least; 0: one after each batch.
   * Others are written at the ends of epochs. They take 5 % of the time at most, within epochs 1 %. @default 30
   */
  readonly checkpointSeconds?: number;
  /** Asked before each batch, with the number of its step and of the fit's epochs so far: what is to change from there on. */
  readonly adjust?: FitOptions['adjust'];
}

/** Runs a list of phases on one learner, in order, and reports every fact on the way. */
export async function runPhases(
  learner: Learner,
  phases: readonly Phase[],
  options: RunPhasesOptions,
): Promise<RunOutcome> {
  const { signal, from } = options;
  const runner = new PhaseRunner(learner, options);
  for (const [index, phase] of phases.entries()) {
    if (index < (from?.phase ?? 0)) continue;
    await runner.run(index, phase, index === from?.phase ? from.fit : null);
    if (signal?.aborted) return { status: 'stopped' };
  }
  return { status: 'completed' };
}

/** Remembers across phases what the last finder suggested and which epoch was best. */
class PhaseRunner {
  readonly #learner: Learner;
  readonly #reporter: RunReporter;
  readonly #signal: AbortSignal | undefined;
  readonly #best = new BestEpoch();
  readonly #pace: CheckpointPace;
  readonly #adjust: RunPhasesOptions['adjust'];
  #suggestions: readonly LrSuggestion[];

  constructor(
    learner: Learner,
    { reporter, signal, from, checkpointSeconds = 30, adjust }: RunPhasesOptions,
  ) {
    this.#learner = learner;
    this.#reporter = reporter;
    this.#signal = signal;
    this.#adjust = adjust;
    this.#pace = new CheckpointPace(checkpointSeconds);
    this.#best.restore(from?.best ?? null);
    this.#suggestions = from?.suggestions ?? [];
  }

  /** A fit that had begun already goes on where it was. */
  async run(index: number, phase: Phase, from: FitProgress | null): Promise<void> {
    const started = Date.now();
    if (from === null) this.#begin(index, phase);
    if (phase.kind === 'lr-find') await this.#lrFind(index, phase);
    if (phase.kind === 'fit') await this.#fit(index, phase, from);
    if (phase.kind === 'evaluate') await this.#evaluate(index);
    this.#reporter.event({
      type: 'phase-end',
      phase: index,
      outcome: this.#signal?.aborted ? 'stopped' : 'completed',
      seconds: (Date.now() - started) / 1000,
    });
    // A fit has written one at the end of its last epoch; to freeze takes no time.
    const isLong = phase.kind === 'lr-find' || phase.kind === 'evaluate';
    if (isLong && !this.#signal?.aborted) this.#checkpoint({ phase: index + 1, fit: null });
  }

  #begin(index: number, phase: Phase): void {
    if (phase.kind === 'freeze') this.#learner.freezeTo(phase.upTo);
    if (phase.kind === 'unfreeze') this.#learner.freezeTo(phase.from);
    this.#reportStart(index, phase);
  }

  #reportStart(index: number, phase: Phase): void {
    const learner = this.#learner;
    this.#reporter.event({
      type: 'phase-start',
      phase: index,
      kind: phase.kind,
      epochs: phase.kind === 'fit' ? phase.epochs : 0,
      batches: batchesOf(phase, learner),
      firstStep: learner.step,
      firstEpoch: learner.epoch,
      trainableGroups: learner.trainableGroupCount,
      layerGroups: learner.layerGroupCount,
    });
  }

  async #lrFind(
    index: number,
    { startLr, endLr, steps, stopOnDivergence }: LrFindPhase,
  ): Promise<void> {
    const { stoppedBecause, suggestions } = await findLearningRate(this.#learner, {
      startLr,
      endLr,
      steps,
      stopOnDivergence,
      ...(this.#signal && { signal: this.#signal }),
      onPoint: (point) => {
        this.#reporter.event({
          type: 'lr-finder-points',
          phase: index,
          indexes: [point.index],
          times: [point.time],
          learningRates: [point.learningRate],
          losses: [point.loss],
          smoothedLosses: [point.smoothedLoss],
        });
      },
    });
    this.#suggestions = suggestions;
    this.#reporter.event({ type: 'lr-finder-end', phase: index, stoppedBecause, suggestions });
  }

  async #fit(index: number, phase: FitPhase, from: FitProgress | null): Promise<void> {
    const learner = this.#learner;
    const rates = resolveRates(phase.learningRate, this.#suggestions);
    await learner.fit(phase.epochs, {
      schedule: fitSchedule(phase, rates, learner.layerGroupCount),
      callbacks: [stopOnNonFiniteLoss()],
      ...(this.#signal && { signal: this.#signal }),
      ...(from && { from }),
      adjust: (step, epochs) => this.#adjustmentFor(index, step, epochs),
      observer: {
        batch: (batch) => {
          this.#reporter.event({
            type: 'batches',
            phase: index,
            steps: [batch.step],
            epochs: [batch.epoch],
            times: [batch.time],
            losses: [batch.loss],
            smoothedLosses: [batch.smoothedLoss],
            learningRates: [batch.learningRates.at(-1)!],
            momentums: [batch.momentum],
            groupLearningRates: batch.learningRates.map((rate) => [rate]),
          });
        },
        epoch: ({ predictions, ...result }) => {
          this.#reporter.predictions(index, result.epoch, predictions);
          if (this.#best.improvedBy(result)) {
            const file = bestFile(learner, result.epoch);
            this.#reporter.bestWeights(result.epoch, result.step, file);
          }
          this.#reporter.event({ type: 'epoch-end', phase: index, ...result });
        },
        whole: (progress) => {
          const at = progress();
          const endsFit = at.epochs === at.total;
          const place = at.batches === 0 ? "at an epoch's end" : 'within an epoch';
          const isWanted = endsFit || this.#signal?.aborted || this.#pace.isDue(place);
          if (isWanted) this.#checkpoint({ phase: index, fit: at, endsFit });
        },
      },
    });
  }

  /** What someone wants of the next batch on, which is reported as a fact. */
  #adjustmentFor(phase: number, step: number, epochs: number): FitAdjustment | undefined {
    const adjustment = this.#adjust?.(step, epochs);
    if (adjustment === undefined) return undefined;
    const { learningRateFactor = null, epochsToGo } = adjustment;
    this.#reporter.event({
      type: 'adjusted',
      phase,
      step,
      learningRateFactor,
      epochs: epochsToGo === undefined ? null : epochs + epochsToGo,
    });
    return adjustment;
  }

  /** Writes down everything so far; the next that happens is in `phase`. */
  #checkpoint({ phase, fit, endsFit = false }: CheckpointWanted): void {
    const { epoch, step, model, loaders } = this.#learner;
    const progress: RunProgress = {
      phase,
      fit,
      best: this.#best.state(),
      suggestions: this.#suggestions,
      model: { architecture: model.architecture.name, vocab: loaders.vocab },
    };
    this.#pace.write(() => {
      if (this.#reporter.checkpoint === undefined) return;
      const file = writeCheckpoint(this.#learner.state(), progress);
      const place = { phase, within: fit !== null, endsFit, epoch, step };
      this.#reporter.checkpoint(place, file);
    });
  }

  async #evaluate(index: number): Promise<void> {
    const predictions = await this.#learner.predict();
    this.#reporter.predictions(index, Math.max(this.#learner.epoch - 1, 0), predictions);
  }
}

function batchesOf(phase: Phase, learner: Learner): number {
  switch (phase.kind) {
    case 'lr-find':
      return phase.steps;
    case 'fit':
      return learner.loaders.train.length;
    case 'evaluate':
      return learner.loaders.valid.length;
    case 'freeze':
    case 'unfreeze':
      return 0;
  }
}

/** One file that `loadLearner` opens; weights alone where loaders keep to themselves how they make inputs. */
function bestFile(learner: Learner, epoch: number): Uint8Array {
  const { vocab, preprocessing } = learner.loaders;
  const metadata = { vocab: JSON.stringify(vocab), epoch: String(epoch) };
  return preprocessing === undefined
    ? learner.model.toSafetensors(metadata)
    : toLearnerFile(learner, metadata);
}
