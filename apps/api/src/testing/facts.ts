import type { RunFact } from '../runs/run-event.js';
import type { RunSettings } from '../runs/run-store.js';

type Fact<Type extends RunFact['type']> = Extract<RunFact, { type: Type }>;

/** A finder, one frozen epoch, two unfrozen ones; 60 train items in batches of 10. */
export const settings: RunSettings = {
  recipe: null,
  phases: [
    { kind: 'lr-find', startLr: 1e-7, endLr: 10, steps: 4, stopOnDivergence: true },
    fit(1),
    { kind: 'unfreeze', from: 0 },
    fit(2),
  ],
  architecture: 'tf_efficientnet_lite0',
  imageSize: 64,
  batchSize: 10,
  seed: 42,
  validShare: null,
  frozenBody: 'live',
  trainItems: 60,
  validItems: 20,
};

function fit(epochs: number) {
  return {
    kind: 'fit',
    epochs,
    learningRate: { kind: 'rate', rate: 1e-3 },
    schedule: 'one-cycle',
    warmupShare: 0.25,
    startDivisor: 25,
    endDivisor: 1e5,
    weightDecay: 0.01,
  } as const;
}

/** Batches from `firstStep` on, 100 ms apart. */
export function batches(firstStep: number, losses: readonly number[], epoch = 0): Fact<'batches'> {
  const steps = losses.map((_loss, index) => firstStep + index);
  return {
    type: 'batches',
    phase: epoch === 0 ? 1 : 3,
    steps,
    epochs: steps.map(() => epoch),
    times: steps.map((step) => 1_000_000 + step * 100),
    losses,
    smoothedLosses: losses,
    learningRates: steps.map(() => 1e-3),
    momentums: steps.map(() => 0.9),
    groupLearningRates: [steps.map(() => 1e-5), steps.map(() => 1e-3)],
  };
}

export function points(from: number, to: number): Fact<'lr-finder-points'> {
  const indexes = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return {
    type: 'lr-finder-points',
    phase: 0,
    indexes,
    times: indexes.map((index) => 900_000 + index * 100),
    learningRates: indexes.map((index) => 10 ** (index - 7)),
    losses: indexes.map((index) => 1 / (index + 1)),
    smoothedLosses: indexes.map((index) => 1 / (index + 1)),
  };
}

export function phaseStart(phase: number, change: Partial<Fact<'phase-start'>> = {}): RunFact {
  return {
    type: 'phase-start',
    phase,
    kind: 'fit',
    epochs: 1,
    batches: 6,
    firstStep: 0,
    firstEpoch: 0,
    trainableGroups: 1,
    layerGroups: 2,
    ...change,
  };
}

export function epochEnd(epoch: number, step: number, errorRate = 0.5): Fact<'epoch-end'> {
  return {
    type: 'epoch-end',
    phase: epoch === 0 ? 1 : 3,
    epoch,
    step,
    trainLoss: 1,
    validLoss: 1 / (epoch + 1),
    seconds: 1,
    metrics: [{ name: 'errorRate', value: errorRate, higherIsBetter: false }],
  };
}
