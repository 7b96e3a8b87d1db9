import { stopOnNonFiniteLoss } from '../callbacks/stop-on-non-finite-loss.js';
import { toLearnerFile } from '../classifier/learner-file.js';
import type { LrSuggestion } from '../lr-finder/suggestion.js';
import { findLearningRate } from '../lr-finder/find-learning-rate.js';
import type { Learner } from '../learner/learner.js';
import { BestEpoch } from './best-epoch.js';
import { fitSchedule } from './fit-schedule.js';
import type { FitPhase, LrFindPhase, Phase } from './phase.js';
import { resolveRates } from './resolve-rates.js';
import type { RunReporter } from './run-job.js';

export interface RunOutcome {
  readonly status: 'completed' | 'stopped';
}

/** Runs a list of phases on one learner, in order, and reports every fact on the way. */
export async function runPhases(
  learner: Learner,
  phases: readonly Phase[],
  { reporter, signal }: { reporter: RunReporter; signal?: AbortSignal },
): Promise<RunOutcome> {
  const runner = new PhaseRunner(learner, reporter, signal);
  for (const [index, phase] of phases.entries()) {
    await runner.run(index, phase);
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
  #suggestions: readonly LrSuggestion[] = [];

  constructor(learner: Learner, reporter: RunReporter, signal: AbortSignal | undefined) {
    this.#learner = learner;
    this.#reporter = reporter;
    this.#signal = signal;
  }

  async run(index: number, phase: Phase): Promise<void> {
    const started = Date.now();
    if (phase.kind === 'freeze') this.#learner.freezeTo(phase.upTo);
    if (phase.kind === 'unfreeze') this.#learner.freezeTo(phase.from);
    this.#reportStart(index, phase);
    if (phase.kind === 'lr-find') await this.#lrFind(index, phase);
    if (phase.kind === 'fit') await this.#fit(index, phase);
    if (phase.kind === 'evaluate') await this.#evaluate(index);
    this.#reporter.event({
      type: 'phase-end',
      phase: index,
      outcome: this.#signal?.aborted ? 'stopped' : 'completed',
      seconds: (Date.now() - started) / 1000,
    });
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

  async #fit(index: number, phase: FitPhase): Promise<void> {
    const learner = this.#learner;
    const rates = resolveRates(phase.learningRate, this.#suggestions);
    await learner.fit(phase.epochs, {
      schedule: fitSchedule(phase, rates, learner.layerGroupCount),
      callbacks: [stopOnNonFiniteLoss()],
      ...(this.#signal && { signal: this.#signal }),
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
      },
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
