import type { LearningRateSpec } from '@whetstone/training';
import type { Data, Epoch, EpochMetrics, Phase, RunConfig } from '@whetstone/schema';
import { bestEpochOf } from '../runs/run-state.js';
import type { EpochState, PhaseState, RunState } from '../runs/run-state.type.js';
import type { RunSettings } from '../runs/run-store.js';

export function toConfig(settings: RunSettings): Data<RunConfig> {
  const fit = settings.phases.find((phase) => phase.kind === 'fit');
  return {
    // The cast trusts what `settingsFromInput` put there.
    recipe: settings.recipe as RunConfig['recipe'],
    architecture: settings.architecture,
    imageSize: settings.imageSize,
    batchSize: settings.batchSize,
    seed: settings.seed,
    validShare: settings.validShare,
    frozenBody: settings.frozenBody,
    learningRate: fit === undefined ? null : givenPeak(fit.learningRate),
    weightDecay: fit?.weightDecay ?? 0,
  };
}

/** The head's peak rate; null where a finder is to say it. */
function givenPeak(rate: LearningRateSpec): number | null {
  if (rate.kind === 'suggestion') return null;
  return rate.kind === 'rate' ? rate.rate : rate.max;
}

export function toMetrics(metrics: EpochState['metrics']): Data<EpochMetrics> {
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? null;
  return { errorRate: value('errorRate'), accuracy: value('accuracy'), all: metrics };
}

export function toEpochs(
  state: RunState,
  epochs: readonly EpochState[] = state.epochs,
): Data<Epoch>[] {
  const best = bestEpochOf(state);
  return epochs.map((epoch) => ({
    epoch: epoch.epoch,
    phase: epoch.phase,
    step: epoch.step,
    trainLoss: epoch.trainLoss,
    validLoss: epoch.validLoss,
    seconds: epoch.seconds,
    metrics: toMetrics(epoch.metrics),
    best: epoch.epoch === best?.epoch,
  }));
}

export function toPhase(state: RunState, phase: PhaseState): Data<Phase> {
  return {
    index: phase.index,
    kind: phase.kind,
    status: phase.status,
    title: phase.title,
    firstStep: phase.firstStep,
    firstEpoch: phase.firstEpoch,
    epochCount: phase.epochCount,
    frozen: !phase.whole,
    startedAt: phase.startedAt,
    endedAt: phase.endedAt,
    lrFinder: phase.lrFinder,
    epochs: toEpochs(
      state,
      state.epochs.filter((epoch) => epoch.phase === phase.index),
    ),
  };
}
